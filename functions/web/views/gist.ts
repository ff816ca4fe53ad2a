import type { Gist } from "../edge/gists.ts";
import { toDecoded, toHeadingId } from "../markdown/addresses.ts";
import { h, link } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { bdi } from "../page/plain.ts";
import { parseLineHash, toAnchors } from "../page/line-hash.ts";
import { type Route, toHref } from "../page/route.ts";
import { fileView, showHeading, showLines } from "./file.ts";
import { gistHead } from "./gist-head.ts";
import { timeView } from "./time.ts";

/** One gist with all of its files, as of a revision if the route names one. */
export function gistView(route: Extract<Route, { view: "gist" }>, gist: Gist): HTMLElement[] {
  const head = gistHead(route, gist);
  const anchors = toAnchors(gist.files.map(({ filename }) => filename));
  const files = gist.files.map((file, n) => fileView(file, gist, anchors[n] ?? "", route.revision));
  return [
    head,
    ...(route.revision === undefined ? [] : [revisionNotice(route.gist, route.revision, gist)]),
    ...(gist.files.length > 1 ? [fileList(gist, route.revision)] : []),
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

/** Says that an earlier state is shown, and leads to what it changed and to the newest. */
function revisionNotice(gist: string, sha: string, { history }: Gist): HTMLElement {
  const committed = timeView(history?.find((revision) => revision.sha === sha)?.committedAt);
  return h(
    "p",
    { class: "notice" },
    "Revision ",
    h("code", {}, bdi(sha.slice(0, 7))),
    ...(committed ? [", of ", committed] : []),
    ". ",
    link(toHref({ view: "changes", gist, from: undefined, to: sha }), {}, "Show its changes"),
    " · ",
    link(toHref({ view: "gist", gist, file: undefined }), {}, "Show the newest"),
  );
}

/** Links to the files; open if there are few. */
function fileList(gist: Gist, revision: string | undefined): HTMLElement {
  const items = gist.files.map(({ filename }) =>
    h("li", {}, link(toHref({ view: "gist", gist: gist.id, file: filename, revision }), {}, bdi(filename))),
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
 * False if the gist has no such place.
 */
export function goToHash(gist: Gist, hash: string, filename: string | undefined): boolean {
  const lines = parseLineHash(hash);
  const anchor = lines ? lines.anchor : hash.slice(1);
  const section =
    anchor === undefined ? sectionOf(gist, filename ?? gist.files[0]?.filename ?? "") : document.getElementById(anchor);
  if (!section?.classList.contains("file")) return goToHeading(gist, toDecoded(hash.slice(1)));
  section.scrollIntoView({ block: "start" });
  if (lines) showLines(section, lines.range);
  return true;
}

/** Moves to a heading of a document, which may not be drawn yet. */
function goToHeading(gist: Gist, id: string): boolean {
  const anchors = toAnchors(gist.files.map((file) => file.filename));
  const anchor = anchors.findLast((anchor) => id.startsWith(toHeadingId(anchor, "")));
  const section = document.getElementById(anchor ?? "");
  if (!section) return false;
  section.scrollIntoView({ block: "start" });
  showHeading(section, id);
  return true;
}

function sectionOf(gist: Gist, filename: string): HTMLElement | null {
  const n = gist.files.findIndex((file) => file.filename === filename);
  return document.getElementById(toAnchors(gist.files.map((file) => file.filename))[n] ?? "");
}
