import type { Gist } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import type { Selection } from "../list/select.ts";
import { bdi } from "../page/plain.ts";
import { type Route, toHref } from "../page/route.ts";
import { avatar, personLink } from "./person.ts";
import { selectionBar } from "./selection-bar.ts";
import { type Follow, type Links, pager, whereIn } from "./pager.ts";
import { timeView } from "./time.ts";

type ListRoute = Extract<Route, { view: "user" | "public" }>;

/** From this many on, cards far from the window are not laid out. */
const many = 100;

/** A page of gists, or all of them, and links to the other pages as the service itself sends them. */
export function listView(route: ListRoute, gists: Gist[], links: Links, follow: Follow): HTMLElement[] {
  let pages = pager(route, links, follow);
  const isAll = route.view === "user" && route.all === true;
  const count = formatItems(gists.length, pages ? "gist" : "public gist");
  const list = h("ol", { class: gists.length < many ? "gists" : "gists many", attributes: { role: "list" } });
  const items = new Map(gists.map((gist) => [gist, h("li", {}, card(gist, route.view === "public"))]));
  const whole = link("", {}, isAll ? "Page by page" : "Show all pages");
  function show(selected: Gist[], selection: Selection): void {
    list.replaceChildren(...selected.map((gist) => items.get(gist)).filter((item) => item !== undefined));
    const selectedRoute = { ...route, ...selection };
    const next = pager(selectedRoute, links, follow);
    if (next) pages?.replaceWith(next);
    pages = next;
    if (selectedRoute.view === "user") {
      const paging = isAll ? {} : { page: undefined, perPage: undefined };
      whole.setAttribute("href", toHref({ ...selectedRoute, ...paging, all: !isAll }));
    }
  }
  const head = h(
    "header",
    { class: "view-head" },
    h(
      "h1",
      { class: "list-title", attributes: { tabindex: "-1" } },
      ...(route.view === "user"
        ? [avatar(gists[0]?.owner ?? { login: route.user, avatarUrl: undefined }, 36), bdi(route.user)]
        : ["Everyone's public gists"]),
    ),
    h(
      "p",
      { class: "facts" },
      h("span", {}, pages ? `${whereIn(route, links)} · ${count}` : isAll ? `All pages · ${count}` : count),
      route.view === "user" && (isAll || pages) && whole,
    ),
  );
  const bar = selectionBar(route, gists, show);
  return [head, bar, list, ...(pages ? [pages] : [])];
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
