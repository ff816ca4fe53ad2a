import type { Gist } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatCount } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { type Route, toHref } from "../page/route.ts";
import { personLink } from "./person.ts";
import { timeView } from "./time.ts";

/** The views of one gist. */
export type GistRoute = Extract<Route, { gist: string }>;

/**
 * The head of each view of a gist: its name, its owner, and links to its views.
 * @param gist undefined if only its id is known
 */
export function gistHead(route: GistRoute, gist: Gist | undefined): HTMLElement {
  const name = gist?.description || gist?.files[0]?.filename || `Gist ${route.gist}`;
  const updated = timeView(gist?.updatedAt);
  return h(
    "header",
    { class: "view-head" },
    h("h1", { class: "gist-title", attributes: { tabindex: "-1" } }, bdi(name)),
    h(
      "p",
      { class: "facts" },
      gist && (gist.owner === undefined ? "Nobody's any more" : personLink(gist.owner)),
      updated && h("span", {}, "updated ", updated),
      gist?.htmlUrl !== undefined &&
        link(gist.htmlUrl, {}, "On GitHub", h("span", { attributes: { "aria-hidden": "true" } }, " ↗")),
    ),
    tabs(route, gist),
  );
}

function tabs(route: GistRoute, gist: Gist | undefined): HTMLElement {
  const page = undefined;
  const tab = (to: GistRoute, words: string, count: number | undefined, isHere = to.view === route.view) =>
    link(
      toHref(to),
      { class: "tab", attributes: { "aria-current": isHere ? "page" : undefined } },
      words,
      !!count && h("span", { class: "count" }, ` ${formatCount(count)}`),
    );
  return h(
    "nav",
    { class: "tabs", attributes: { "aria-label": "Gist" } },
    tab({ view: "gist", gist: route.gist, file: undefined }, "Files", gist?.files.length),
    tab(
      { view: "history", gist: route.gist, page },
      "History",
      gist?.history?.length,
      route.view === "history" || route.view === "changes",
    ),
    tab({ view: "forks", gist: route.gist, page }, "Forks", gist?.forks),
    tab({ view: "comments", gist: route.gist, page }, "Comments", gist?.comments),
  );
}
