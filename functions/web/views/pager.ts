import type { PageLink, Rel } from "../edge/link.ts";
import { h, link } from "../page/dom.ts";
import { formatCount } from "../page/format.ts";
import { type Route, toHref } from "../page/route.ts";

/** A view that shows one page of a list. */
export type Paged = Extract<Route, { page: string | undefined }>;
export type Links = Partial<Record<Rel, PageLink>>;
/** Keeps the service's own address of a page, by the page's address here. */
export type Follow = (href: string, target: string) => void;

/** `Page 2 of 5` */
export function whereIn({ page = "1" }: Paged, { last }: Links): string {
  const pages = last?.page ?? Number(page);
  return `Page ${formatCount(Number(page))}${Number.isFinite(pages) ? ` of ${formatCount(pages)}` : ""}`;
}

const words: Record<Rel, string> = { first: "First", prev: "Previous", next: "Next", last: "Last" };

/** Links to the other pages as the service itself sends them; undefined if everything is on one page. */
export function pager(route: Paged, links: Links, follow: Follow): HTMLElement | undefined {
  if (Object.keys(links).length === 0) return undefined;
  const items = (Object.keys(words) as Rel[]).map((rel) => {
    const to = links[rel];
    if (to === undefined) return h("span", { class: "button off", attributes: { "aria-hidden": "true" } }, words[rel]);
    const href = toHref({ ...route, page: String(to.page) });
    follow(href, to.target);
    return link(href, { class: "button", attributes: { rel, "aria-label": `${words[rel]} page` } }, words[rel]);
  });
  return h("nav", { class: "pager", attributes: { "aria-label": "Pages" } }, ...items);
}
