import type { Gist, Revision } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { type PartRoute, toHref } from "../page/route.ts";
import { gistHead } from "./gist-head.ts";
import { type Follow, type Links, pager, whereIn } from "./pager.ts";
import { personLink } from "./person.ts";
import { timeView } from "./time.ts";

/** A page of a gist's revisions, newest first, of which two can be compared. */
export function historyView(
  route: PartRoute,
  gist: Gist | undefined,
  revisions: Revision[],
  links: Links,
  follow: Follow,
): HTMLElement[] {
  const pages = pager(route, links, follow);
  const canCompare = revisions.length > 1;
  const count = formatItems(revisions.length, "revision");
  const items = revisions.map((revision, n) => {
    const earlier = revisions[n + 1]?.sha;
    return h("li", { class: "revision" }, ...revisionItem(route.gist, revision, earlier, canCompare ? n : undefined));
  });
  const list = h("ol", { class: "gists revisions", attributes: { role: "list" } }, ...items);
  return [
    gistHead(route, gist),
    h(
      "div",
      { class: "bar-above" },
      h("p", { class: "fine" }, pages ? `${whereIn(route, links)} · ${count}` : count),
      canCompare && compareLink(route.gist, revisions, list),
    ),
    canCompare &&
      h(
        "p",
        { class: "choices-head fine", attributes: { "aria-hidden": "true" } },
        h("span", {}, "From"),
        h("span", {}, "To"),
      ),
    revisions.length > 0 ? list : h("p", { class: "nothing" }, "There are no revisions."),
    pages,
  ].filter((node) => node !== undefined && node !== false);
}

/** @param n its place in the list, if revisions can be chosen */
function revisionItem(
  gist: string,
  { sha, author, committedAt, additions, deletions }: Revision,
  earlier: string | undefined,
  n: number | undefined,
): (HTMLElement | false)[] {
  const short = sha.slice(0, 7);
  const time = timeView(committedAt);
  return [
    n !== undefined &&
      h(
        "span",
        { class: "choices" },
        choice("from", sha, `From ${short}`, n === 1),
        choice("to", sha, `To ${short}`, n === 0),
      ),
    h(
      "span",
      { class: "revision-name" },
      link(
        toHref({ view: "gist", gist, file: undefined, revision: sha }),
        { attributes: { "aria-label": `Revision ${short}` } },
        h("code", {}, bdi(short)),
      ),
    ),
    h(
      "span",
      { class: "facts" },
      author === undefined ? "Deleted account" : personLink(author),
      time && h("span", {}, time),
      additions !== undefined && deletions !== undefined && changeCount(additions, deletions),
    ),
    link(
      toHref({ view: "changes", gist, from: earlier, to: sha }),
      { class: "button small", attributes: { "aria-label": `Changes in ${short}` } },
      "Changes",
    ),
  ];
}

/** `+3 −1` */
export function changeCount(additions: number, deletions: number): HTMLElement {
  return h(
    "span",
    { class: "change-count", attributes: { "aria-label": `${additions} added, ${deletions} removed`, role: "img" } },
    h("span", { class: "plus" }, `+${additions}`),
    " ",
    h("span", { class: "minus" }, `−${deletions}`),
  );
}

function choice(name: "from" | "to", sha: string, label: string, isChosen: boolean): HTMLElement {
  const input = h("input", { attributes: { type: "radio", name, value: sha, "aria-label": label } });
  input.checked = isChosen;
  return input;
}

/** A link to the comparison of the two chosen revisions, the earlier one first. */
function compareLink(gist: string, revisions: Revision[], list: HTMLElement): HTMLElement {
  const element = link("", { class: "button strong" }, "Compare the two chosen");
  const order = revisions.map(({ sha }) => sha);
  function update(): void {
    const chosen = ["from", "to"].map(
      (name) => list.querySelector<HTMLInputElement>(`input[name=${name}]:checked`)?.value ?? "",
    );
    const [from, to = ""] = chosen.toSorted((a, b) => order.indexOf(b) - order.indexOf(a));
    element.setAttribute("href", toHref({ view: "changes", gist, from, to }));
  }
  list.addEventListener("change", update);
  update();
  return element;
}
