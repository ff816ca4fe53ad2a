/**
 * A page that was asked for. A `per_page` above 100 is 100
 * (https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api), a `page` below 1 the first page
 * (https://github.com/octokit/octokit.rb/issues/767). What GitHub makes of a `per_page` below 1, of an empty value and of
 * text is not known: here each is the default.
 */
export type Page = { readonly number: number; readonly size: number };

/** Reads `page` (1) and `per_page` (30, at most 100). */
export function toPage(query: URLSearchParams): Page {
  return {
    number: positive(query.get("page")) ?? 1,
    size: Math.min(positive(query.get("per_page")) ?? 30, 100),
  };
}

/** The items of a page; none past the end. */
export function slice<T>(items: readonly T[], page: Page): T[] {
  return items.slice((page.number - 1) * page.size, page.number * page.size);
}

/**
 * The `Link` header of a page (RFC 8288), or undefined if all fits on one.
 * Relations come in GitHub's order: prev, next, last, first. The query is the client's own with `page` replaced, so
 * `per_page` appears only if it was sent.
 * https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 *
 * @param base origin and path without a query
 * @param count how many items there are in all
 */
export function toLink(base: string, query: URLSearchParams, page: Page, count: number): string | undefined {
  const last = Math.max(1, Math.ceil(count / page.size));
  if (last === 1 && page.number === 1) return undefined;
  const links: string[] = [];
  const add = (rel: string, number: number) => {
    const params = new URLSearchParams(query);
    params.set("page", String(number));
    links.push(`<${base}?${params}>; rel="${rel}"`);
  };
  if (page.number > 1) add("prev", Math.min(page.number - 1, last));
  if (page.number < last) add("next", page.number + 1);
  if (page.number !== last) add("last", last);
  if (page.number > 1) add("first", 1);
  return links.join(", ");
}

/**
 * The time of `since`, in milliseconds since 1970; NaN where it is none. GitHub documents `YYYY-MM-DDTHH:MM:SSZ`. That a
 * time without a zone is UTC, that an empty one is none and that a raw `+`, which is a blank in a query, counts as a plus
 * is not known: so it is here.
 */
export function toSince(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  const plus = text.replace(/ (?=\d{2}:\d{2}$)/, "+");
  return Date.parse(/T[\d:.]+$/i.test(plus) ? `${plus}Z` : plus);
}

function positive(text: string | null): number | undefined {
  if (text === null || !/^\d+$/.test(text)) return undefined;
  return Math.min(Number(text), Number.MAX_SAFE_INTEGER) || undefined;
}
