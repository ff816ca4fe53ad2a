import { codeBlock } from "../code/code-block.ts";
import { type Excerpt, limits, toExcerpt } from "../code/excerpt.ts";
import { toGrammar } from "../code/languages.ts";
import type { GistFile } from "../edge/gists.ts";
import { copyButton } from "../page/clipboard.ts";
import { h, link } from "../page/dom.ts";
import { formatBytes, formatCount, formatItems } from "../page/format.ts";
import { bdi, isReordered } from "../page/plain.ts";

/** One file of a gist, with warnings about its content. */
export function fileView(file: GistFile, id: string): HTMLElement {
  const { filename, content, truncated, base64 } = file;
  const body = h("div", { class: "file-body" });
  const text = content !== undefined && !base64 ? content : undefined;
  const excerpt = text === undefined ? undefined : toExcerpt(text);

  const show = (whole: boolean) => {
    if (text === undefined || isLeftOut(file)) {
      body.replaceChildren(notShown(file));
      return;
    }
    const shown = whole ? toExcerpt(text, true) : (excerpt as Excerpt);
    body.replaceChildren(
      ...notices(file, shown, text, () => {
        show(true);
        body.querySelector<HTMLElement>(".code")?.focus();
      }),
      text === ""
        ? h("p", { class: "nothing" }, "This file is empty.")
        : codeBlock(shown.text, shown.lines, toGrammar(file.language, filename), filename),
    );
  };
  show(false);

  const size = formatBytes(file.size);
  const lines = excerpt && text !== "" && !truncated && formatItems(excerpt.lines + excerpt.linesLeft, "line");
  return h(
    "section",
    { class: "file", attributes: { id, "aria-labelledby": `${id}-name` } },
    h(
      "header",
      { class: "file-head" },
      h("h2", { class: "file-name", attributes: { id: `${id}-name`, tabindex: "-1" } }, bdi(filename)),
      h("p", { class: "file-facts" }, [file.language, lines, size].filter(Boolean).join(" · ")),
      h(
        "div",
        { class: "file-tools" },
        text !== undefined &&
          text !== "" &&
          copyButton(() => text, truncated ? `the beginning of ${filename}` : filename),
        file.rawUrl !== undefined &&
          link(
            file.rawUrl,
            { class: "button small", attributes: { "aria-label": `Raw ${filename} on GitHub` } },
            "Raw",
            h("span", { attributes: { "aria-hidden": "true" } }, " ↗"),
          ),
      ),
    ),
    body,
  );
}

/** GitHub names further files after a large one, but sends none of their content. */
function isLeftOut({ content, truncated, size }: GistFile): boolean {
  return content === "" && (truncated || size > 0);
}

function notShown(file: GistFile): HTMLElement {
  const { base64, type, rawUrl, size } = file;
  const [why, offer] = isLeftOut(file)
    ? ["GitHub left this file out: it gives about a megabyte of a gist.", `Open all ${formatBytes(size)} on GitHub`]
    : [
        base64 ? `A binary file (${type}): not shown as text.` : "GitHub gives no content of this file.",
        "Open it on GitHub",
      ];
  return h("p", { class: "nothing" }, why, ...(rawUrl === undefined ? [] : [" ", raw(rawUrl, offer)]));
}

function notices(file: GistFile, shown: Excerpt, text: string, showAll: () => void): HTMLElement[] {
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
  if (shown.linesLeft > 0 || shown.cutLines > 0) {
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
        h("button", { class: "plain", attributes: { type: "button" }, onclick: showAll }, "Show everything"),
      ),
    );
  }
  return all;
}

function raw(href: string, words: string): HTMLElement {
  return link(href, {}, words, h("span", { attributes: { "aria-hidden": "true" } }, " ↗"));
}
