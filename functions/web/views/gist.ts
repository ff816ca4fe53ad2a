import type { Gist } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { parseLineHash, toAnchors } from "../page/line-hash.ts";
import { toHref } from "../page/route.ts";
import { fileView, showLines } from "./file.ts";
import { personLink } from "./person.ts";
import { timeView } from "./time.ts";

/** One gist with all of its files. */
export function gistView(gist: Gist): HTMLElement[] {
  const name = gist.description || gist.files[0]?.filename || gist.id;
  const updated = timeView(gist.updatedAt);
  const head = h(
    "header",
    { class: "view-head" },
    h("h1", { class: "gist-title", attributes: { tabindex: "-1" } }, bdi(name)),
    h(
      "p",
      { class: "facts" },
      gist.owner === undefined ? "Nobody's any more" : personLink(gist.owner),
      updated && h("span", {}, "updated ", updated),
      gist.revisions !== undefined && h("span", {}, formatItems(gist.revisions, "revision")),
      !!gist.forks && h("span", {}, formatItems(gist.forks, "fork")),
      gist.comments > 0 && h("span", {}, formatItems(gist.comments, "comment")),
      gist.htmlUrl !== undefined &&
        link(gist.htmlUrl, {}, "On GitHub", h("span", { attributes: { "aria-hidden": "true" } }, " ↗")),
    ),
  );
  const anchors = toAnchors(gist.files.map(({ filename }) => filename));
  const files = gist.files.map((file, n) => fileView(file, gist, anchors[n] ?? ""));
  return [
    head,
    ...(gist.files.length > 1 ? [fileList(gist)] : []),
    ...(gist.truncated
      ? [
          h(
            "p",
            { class: "notice" },
            `GitHub shows ${formatItems(gist.files.length, "file")} of this gist and leaves out the rest.`,
          ),
        ]
      : []),
    ...(files.length === 0 ? [h("p", { class: "nothing" }, "This gist has no files.")] : files),
  ];
}

/** Links to the files; open if there are few. */
function fileList(gist: Gist): HTMLElement {
  const items = gist.files.map(({ filename }) =>
    h("li", {}, link(toHref({ view: "gist", gist: gist.id, file: filename }), {}, bdi(filename))),
  );
  const list = h(
    "details",
    { class: "file-list" },
    h("summary", {}, formatItems(gist.files.length, "file")),
    h("nav", { attributes: { "aria-label": "Files" } }, h("ul", {}, ...items)),
  );
  list.open = gist.files.length <= 12;
  return list;
}

/** Moves to a file of a shown gist; false if it has none of that name. */
export function goToFile(gist: Gist, filename: string, focus: boolean): boolean {
  const section = sectionOf(gist, filename);
  if (!section) return false;
  section.scrollIntoView({ block: "start" });
  if (focus) section.querySelector<HTMLElement>("h2")?.focus({ preventScroll: true });
  return true;
}

/**
 * Moves to what the address's hash names: `#file-hello-js-L3-L7`, `#L3` of a file, a file, or a heading of a document.
 * False if the gist has no such lines or file.
 */
export function goToHash(gist: Gist, hash: string, filename: string | undefined): boolean {
  const lines = parseLineHash(hash);
  const anchor = lines ? lines.anchor : hash.slice(1);
  const section =
    anchor === undefined ? sectionOf(gist, filename ?? gist.files[0]?.filename ?? "") : document.getElementById(anchor);
  if (!section?.classList.contains("file")) return false;
  section.scrollIntoView({ block: "start" });
  if (lines) showLines(section, lines.range);
  return true;
}

function sectionOf(gist: Gist, filename: string): HTMLElement | null {
  const n = gist.files.findIndex((file) => file.filename === filename);
  return document.getElementById(toAnchors(gist.files.map((file) => file.filename))[n] ?? "");
}
