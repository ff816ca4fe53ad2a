import type { Gist } from "../edge/gists.ts";
import type { PageLink, Rel } from "../edge/link.ts";
import { h, link } from "../page/dom.ts";
import { formatCount, formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { type Route, toHref } from "../page/route.ts";
import { initial, personLink } from "./person.ts";
import { timeView } from "./time.ts";

type ListRoute = Extract<Route, { view: "user" | "public" }>;
type Links = Partial<Record<Rel, PageLink>>;

/** A page of gists, and links to the other pages as the service itself sends them. */
export function listView(
  route: ListRoute,
  gists: Gist[],
  links: Links,
  follow: (href: string, target: string) => void,
) {
  const pages = pager(route, links, follow);
  const last = links.last?.page ?? Number(route.page ?? 1);
  const where = `Page ${formatCount(Number(route.page ?? 1))}${Number.isFinite(last) ? ` of ${formatCount(last)}` : ""}`;
  const head = h(
    "header",
    { class: "view-head" },
    h(
      "h1",
      { class: "list-title", attributes: { tabindex: "-1" } },
      ...(route.view === "user"
        ? [initial(route.user, "initial large"), bdi(route.user)]
        : ["Everyone's public gists"]),
    ),
    h(
      "p",
      { class: "facts" },
      h(
        "span",
        {},
        pages ? `${where} · ${formatItems(gists.length, "gist")}` : formatItems(gists.length, "public gist"),
      ),
    ),
  );
  const items = gists.map((gist) => h("li", {}, card(gist, route.view === "public")));
  return [head, h("ol", { class: "gists", attributes: { role: "list" } }, ...items), ...(pages ? [pages] : [])];
}

/** One gist in a list: the whole card is its link. */
function card(gist: Gist, withOwner: boolean): HTMLElement {
  const first = gist.files[0]?.filename ?? gist.id;
  const languages = [...new Set(gist.files.map((file) => file.language).filter((name) => name !== undefined))];
  const time = timeView(gist.updatedAt);
  return h(
    "article",
    { class: "card" },
    h(
      "h2",
      {},
      link(toHref({ view: "gist", gist: gist.id, file: undefined }), { class: "card-link" }, bdi(first)),
      gist.files.length > 1 && h("span", { class: "more-files" }, ` +${formatItems(gist.files.length - 1, "file")}`),
    ),
    h(
      "p",
      { class: gist.description ? "description" : "description none" },
      gist.description ? bdi(gist.description) : "No description",
    ),
    h(
      "p",
      { class: "facts" },
      withOwner && gist.owner !== undefined && personLink(gist.owner),
      time && h("span", {}, "updated ", time),
      ...languages.slice(0, 3).map((language) => h("span", { class: "tag" }, language)),
      gist.comments > 0 && h("span", {}, formatItems(gist.comments, "comment")),
    ),
  );
}

const words: Record<Rel, string> = { first: "First", prev: "Previous", next: "Next", last: "Last" };

/** Undefined if everything is on one page. */
function pager(
  route: ListRoute,
  links: Links,
  follow: (href: string, target: string) => void,
): HTMLElement | undefined {
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
