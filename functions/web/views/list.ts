import type { Gist } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { type Route, toHref } from "../page/route.ts";
import { avatar, personLink } from "./person.ts";
import { type Follow, type Links, pager, whereIn } from "./pager.ts";
import { timeView } from "./time.ts";

type ListRoute = Extract<Route, { view: "user" | "public" }>;

/** A page of gists, and links to the other pages as the service itself sends them. */
export function listView(route: ListRoute, gists: Gist[], links: Links, follow: Follow) {
  const pages = pager(route, links, follow);
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
      h(
        "span",
        {},
        pages
          ? `${whereIn(route, links)} · ${formatItems(gists.length, "gist")}`
          : formatItems(gists.length, "public gist"),
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
