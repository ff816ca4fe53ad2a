/** Relations between the pages of a list (https://www.iana.org/assignments/link-relations). */
const pageRelation = /^(?:first|last|next|prev)$/;

/** One parameter of a link; its value is quoted or a token (RFC 8288 section 3). */
const parameter = /\s*;\s*([\w!#$&+.^|~*-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"<>,;\\]*)))?/g;

const linkValue = new RegExp(`<([^<>]*)>((?:${parameter.source})*)`, "g");

/**
 * GitHub's `Link` (RFC 8288) for this service: the same relations and queries, at the address of `self`. GitHub names
 * users by number there (`https://api.github.com/user/583231/gists?page=2`), a path that the client did not use. Each link
 * to a page is to another page of the same resource, so only its query is kept. Links to elsewhere, such as to the text
 * about a deprecation (RFC 9745 section 3), stay unchanged.
 *
 * @param upstream GitHub's header
 * @param self the address that the client used, without its query: `https://host/octocat`, or a path alone
 * @param api the base URL of GitHub's API: a link to it would lead clients around this service
 * @returns undefined if the header holds no usable link
 */
export function rewriteLink(upstream: string | undefined, self: string, api: string): string | undefined {
  if (upstream === undefined) return undefined;
  const links = [...upstream.matchAll(linkValue)].flatMap(([, address = "", parameters = ""]) => {
    const rel = toRelation(parameters);
    if (!rel || !URL.canParse(address)) return [];
    const { search, href } = new URL(address);
    if (pageRelation.test(rel)) return search === "" ? [] : [`<${self}${search}>; rel="${rel}"`];
    // A client that reads only a page's relation out of several would leave this service.
    if (rel.split(" ").some((one) => pageRelation.test(one.toLowerCase()))) return [];
    // A client that does not parse quotes would read angle brackets inside them as a link.
    return isElsewhere(href, api) && /^[ -;=?-~]*$/.test(parameters) ? [`<${href}>${parameters}`] : [];
  });
  return links.length > 0 ? links.join(", ") : undefined;
}

/** The number of the page that GitHub's `Link` names for a relation; undefined without one. */
export function pageOf(upstream: string | undefined, relation: "next" | "last"): number | undefined {
  for (const [, address = "", parameters = ""] of upstream?.matchAll(linkValue) ?? []) {
    if (toRelation(parameters) !== relation || !URL.canParse(address)) continue;
    const page = Number(new URL(address).searchParams.get("page"));
    if (Number.isSafeInteger(page) && page > 0) return page;
  }
  return undefined;
}

/** All relations in the parameters: only the first one counts, but some clients read others. */
function toRelation(parameters: string): string {
  return [...parameters.matchAll(parameter)]
    .flatMap(([, name = "", quoted, token]) => (name.toLowerCase() === "rel" ? [(quoted ?? token ?? "").trim()] : []))
    .join(" ");
}

function isElsewhere(href: string, api: string): boolean {
  return /^https?:\/\/(?!api\.github\.com[:/])[^@]*$/.test(href) && !href.startsWith(`${api}/`);
}
