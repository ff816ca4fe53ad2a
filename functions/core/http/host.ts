/** A host with an optional port (RFC 3986 section 3.2): a name, an IPv4 address or a bracketed IPv6 address. */
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9._-]{0,252})|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** The pattern checks the characters; URL checks ports and IPv6 addresses. */
export function isHost(text: string): boolean {
  return hostPattern.test(text) && URL.canParse(`http://${text}`);
}
