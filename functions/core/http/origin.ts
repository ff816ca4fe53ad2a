import type { Peer } from "../model.ts";

import { isHost } from "./host.ts";

/** Names and addresses of the client's own machine (RFC 6761 section 6.3, RFC 6890). */
const loopback = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * Stands for the host of a request that names none, as HTTP/1.0 and an empty Host do (RFC 9112 section 3.3): no host that
 * links could lead to.
 */
export const noHost = "_";

/**
 * True where somebody stands between the client and this server, who may keep answers for others.
 * @param get a request's field by its lower-case name
 */
export function isProxied(get: (name: string) => string | null, peer: Peer): boolean {
  return peer.trusted || (get("x-forwarded-for") ?? get("forwarded") ?? get("via")) !== null;
}

/**
 * The origin under which the client reached the service, as far as a cache may tell it to others: a client writes Host
 * as it likes, and a proxy may pass its X-Forwarded-Host on. The configured one; else one of the hosts that are listed, by
 * what a trusted proxy says (its last value: the one that it added itself) or by the request; where none is listed, the
 * host by which the platform found this service, or the client's own machine. Empty for all others: links are then
 * relative, which RFC 8288 section 3.1 allows.
 */
export function publicOrigin(
  { PUBLIC_URL, PUBLIC_HOSTS }: { PUBLIC_URL: string | undefined; PUBLIC_HOSTS: readonly string[] },
  headers: Headers,
  requestUrl: string,
  peer: Peer,
): string {
  if (PUBLIC_URL !== undefined) return PUBLIC_URL;
  const [, ownScheme = "", ownHost = ""] = /^(https?):\/\/([^/?#]*)/i.exec(requestUrl) ?? [];
  if (PUBLIC_HOSTS.length === 0) {
    const isKnown = peer.routed || (loopback.test(ownHost) && !isProxied((name) => headers.get(name), peer));
    return isKnown && isHost(ownHost) ? `${ownScheme.toLowerCase()}://${ownHost}` : "";
  }
  const told = (name: string) =>
    peer.trusted ? headers.get(name)?.split(",").at(-1)?.trim().toLowerCase() : undefined;
  const toldScheme = told("x-forwarded-proto") ?? "";
  const scheme = /^https?$/.test(toldScheme) ? toldScheme : ownScheme.toLowerCase() || "http";
  for (const host of [told("x-forwarded-host"), ownHost.toLowerCase()]) {
    for (const listed of PUBLIC_HOSTS) {
      const [name, fixed = scheme] = listed.toLowerCase().split("://").toReversed();
      if (name === host) return `${fixed}://${name}`;
    }
  }
  return "";
}
