import { type Excerpt, limits } from "../code/excerpt.ts";
import type { GistFile } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatBytes, formatCount, formatItems } from "../page/format.ts";
import { isReordered } from "../page/plain.ts";

/** GitHub names further files after a large one, but sends none of their content. */
export function isLeftOut({ content, truncated, size }: GistFile): boolean {
  return content === "" && (truncated || size > 0);
}

/** In place of a file without text. */
export function notShown(file: GistFile): HTMLElement {
  const { base64, type, rawUrl, size } = file;
  const [why, offer] = isLeftOut(file)
    ? ["GitHub left this file out: it gives about a megabyte of a gist.", `Open all ${formatBytes(size)} on GitHub`]
    : [
        base64 ? `A binary file (${type}): not shown as text.` : "GitHub gives no content of this file.",
        "Open it on GitHub",
      ];
  return h("p", { class: "nothing" }, why, ...(rawUrl === undefined ? [] : [" ", raw(rawUrl, offer)]));
}

/**
 * What a file's content hides.
 * @param shown the part of the source that is shown, if it is the source
 */
export function notices(file: GistFile, text: string, shown?: Excerpt, showAll?: () => void): HTMLElement[] {
  const all: HTMLElement[] = [];
  if (file.truncated) {
    const got = formatBytes(new TextEncoder().encode(text).length);
    all.push(
      h(
        "p",
        { class: "notice" },
        `GitHub cuts files after a megabyte: this is the first ${got} of ${formatBytes(file.size)}. `,
        file.rawUrl !== undefined && raw(file.rawUrl, "Open the whole file on GitHub"),
      ),
    );
  }
  if (isReordered(text)) {
    all.push(
      h(
        "p",
        { class: "notice warn" },
        "This file holds characters that reorder text. They are named where they stand.",
      ),
    );
  }
  if (shown && (shown.linesLeft > 0 || shown.cutLines > 0)) {
    const parts = [
      shown.linesLeft > 0 &&
        `the first ${formatCount(shown.lines)} of ${formatCount(shown.lines + shown.linesLeft)} lines`,
      shown.cutLines > 0 && `${formatItems(shown.cutLines, "line")} up to character ${formatCount(limits.characters)}`,
    ].filter(Boolean);
    all.push(
      h(
        "p",
        { class: "notice" },
        `Shown: ${parts.join(", ")}. `,
        h("button", { class: "plain", attributes: { type: "button" }, onclick: () => showAll?.() }, "Show everything"),
      ),
    );
  }
  return all;
}

function raw(href: string, words: string): HTMLElement {
  return link(href, {}, words, h("span", { attributes: { "aria-hidden": "true" } }, " ↗"));
}
