import { type Excerpt, limits } from "../code/excerpt.ts";
import type { GistFile } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatBytes, formatCount, formatItems } from "../page/format.ts";
import { isReordered } from "../page/plain.ts";

/** GitHub names further files after a large one, but sends none of their content. */
export function isLeftOut({ content, truncated, size }: GistFile): boolean {
  return content === "" && (truncated || size > 0);
}

/** In place of a file without text. @param raw the service's address of its bytes */
export function notShown(file: GistFile, raw: string): HTMLElement {
  const { base64, type, size } = file;
  const [why, offer] = isLeftOut(file)
    ? ["GitHub left this file out: it gives about a megabyte of a gist.", `Open all ${formatBytes(size)}`]
    : [base64 ? `A binary file (${type}): not shown as text.` : "GitHub gives no content of this file.", "Open it"];
  return h("p", { class: "nothing" }, why, " ", link(raw, {}, offer));
}

/**
 * What a file's content hides.
 * @param raw the service's address of its bytes
 * @param shown the part of the source that is shown, if it is the source
 */
export function notices(
  file: GistFile,
  text: string,
  raw: string,
  shown?: Excerpt,
  showAll?: () => void,
): HTMLElement[] {
  const all: HTMLElement[] = [];
  if (file.truncated) {
    const got = formatBytes(new TextEncoder().encode(text).length);
    all.push(
      h(
        "p",
        { class: "notice" },
        `GitHub cuts files after a megabyte: this is the first ${got} of ${formatBytes(file.size)}. `,
        link(raw, {}, "Open the whole file"),
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
