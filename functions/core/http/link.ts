/** One link of a `Link` header: its query and its relation. */
interface PageLink {
  search: string;
  rel: string;
}

const linkPattern = /<([^<>]*)>\s*;\s*rel="([^"]*)"/g;

/**
 * GitHub's `Link` (RFC 8288) moved to this service: same relations and queries, but `self`'s address.
 * GitHub names users by number there (`https://api.github.com/user/583231/gists?page=2`), a path that
 * nobody asked for: every link of a page is another page of the same resource, so only its query is kept.
 *
 * @param upstream GitHub's header
 * @param self the address that the client used, without its query: `https://host/octocat`, or a path alone
 * @returns undefined where the header holds no usable link
 */
export function rewriteLink(upstream: string | undefined, self: string): string | undefined {
  if (upstream === undefined) return undefined;
  const links = parseLink(upstream).map(({ search, rel }) => `<${self}${search}>; rel="${rel}"`);
  return links.length > 0 ? links.join(", ") : undefined;
}

function parseLink(header: string): PageLink[] {
  return [...header.matchAll(linkPattern)].flatMap(([, address = "", rel = ""]) => {
    const search = URL.canParse(address) ? new URL(address).search : "";
    return search !== "" && /^[a-z]+$/.test(rel) ? [{ search, rel }] : [];
  });
}
