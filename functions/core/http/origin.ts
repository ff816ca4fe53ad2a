import type { Peer } from "../ports.ts";

/** A host with an optional port (RFC 3986 section 3.2): a name, an IPv4 address or a bracketed IPv6 address. */
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Stands for the host of a request that names none, as HTTP/1.0 and an empty Host do (RFC 9112 section 3.3): no host that
 * links could lead to.
 */
export const noHost = "_";

/**
 * The origin under which the client reached the service: the configured one; else what a trusted proxy
 * says (its last value: the one that it added itself); else the request's own. Empty where none is
 * usable: links are then relative, which RFC 8288 allows.
 */
export function publicOrigin(publicUrl: string | undefined, headers: Headers, requestUrl: string, peer: Peer): string {
  if (publicUrl !== undefined) return publicUrl;
  const own = /^(https?):\/\/([^/?#]*)/i.exec(requestUrl);
  let scheme = own?.[1]?.toLowerCase();
  let host = own?.[2];
  if (peer.trusted) {
    const forwardedScheme = lastOf(headers.get("x-forwarded-proto"))?.toLowerCase();
    if (forwardedScheme === "http" || forwardedScheme === "https") scheme = forwardedScheme;
    const forwardedHost = lastOf(headers.get("x-forwarded-host"));
    if (forwardedHost !== undefined && isHost(forwardedHost)) host = forwardedHost;
  }
  return scheme !== undefined && host !== undefined && isHost(host) ? `${scheme}://${host}` : "";
}

/** The pattern says what may be written; URL knows which ports and IPv6 addresses there are. */
function isHost(text: string): boolean {
  return hostPattern.test(text) && URL.canParse(`http://${text}`);
}

function lastOf(header: string | null): string | undefined {
  return header?.split(",").at(-1)?.trim();
}
