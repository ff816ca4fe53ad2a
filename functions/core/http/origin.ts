import type { Peer } from "../model.ts";
import { isHost } from "./host.ts";

/** Names and addresses of the client's own machine (RFC 6761 section 6.3, RFC 6890). */
const loopback = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/i;

/**
 * The host of a request without one, as in HTTP/1.0 or with an empty Host (RFC 9112 section 3.3). It is not a valid
 * host for links.
 */
export const noHost = "_";

/**
 * True if there is a proxy between the client and this server. The proxy may cache responses for other clients.
 * @param get a request's field by its lower-case name
 */
export function isProxied(get: (name: string) => string | null, peer: Peer): boolean {
  return peer.trusted || (get("x-forwarded-for") ?? get("forwarded") ?? get("via")) !== null;
}

/**
 * The client's origin for the service, if it is safe in a cached response: a client may send any Host, and a proxy may
 * pass on its X-Forwarded-Host. In this order:
 * - the configured origin;
 * - a listed host, as named by a trusted proxy (the last value, which the proxy itself added) or by the request;
 * - without a list, the host by which the platform found this service, or the client's own machine.
 *
 * Empty for all others: links are then relative, which RFC 8288 section 3.1 allows.
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
  const forwarded = (name: string) =>
    peer.trusted ? headers.get(name)?.split(",").at(-1)?.trim().toLowerCase() : undefined;
  const forwardedScheme = forwarded("x-forwarded-proto") ?? "";
  const scheme = /^https?$/.test(forwardedScheme) ? forwardedScheme : ownScheme.toLowerCase() || "http";
  for (const host of [forwarded("x-forwarded-host"), ownHost.toLowerCase()]) {
    for (const listed of PUBLIC_HOSTS) {
      const [name, fixed = scheme] = listed.toLowerCase().split("://").toReversed();
      if (name === host) return `${fixed}://${name}`;
    }
  }
  return "";
}
