import { codeBlock } from "../code/code-block.ts";
import { toExcerpt } from "../code/excerpt.ts";
import { whenNear } from "../code/near.ts";
import type { Gist, GistFile } from "../edge/gists.ts";
import { h, link } from "../page/dom.ts";
import { formatBytes, formatItems } from "../page/format.ts";
import type { LineRange } from "../page/line-hash.ts";
import { bdi } from "../page/plain.ts";
import { toRawTarget } from "../page/route.ts";
import { type Kind, toKind, viewers } from "../viewers/kinds.ts";
import { isLeftOut, notices, notShown } from "./file-notices.ts";
import { embedButton, downloadButton, toggle } from "./file-tools.ts";
import { copyButton } from "../page/clipboard.ts";

/** What moves to places of a file; by the element of the file. */
interface Places {
  /** Marks lines of the source, and scrolls to them. */
  lines(range: LineRange): void;
  /** Scrolls to a heading of the document, once it is drawn. */
  heading(id: string): void;
}
const places = new WeakMap<Element, Places>();

/** Languages whose lines are paragraphs: they are broken at the window's edge until one wants otherwise. */
const prose = new Set(["Markdown", "Text"]);

const words: Record<Kind, string> = {
  markdown: "Rendered",
  notebook: "Notebook",
  picture: "Picture",
  table: "Table",
};

/**
 * One file of a gist: as its viewer draws it, or its source, with warnings about its content.
 * @param revision undefined for the newest
 */
export function fileView(file: GistFile, gist: Gist, anchor: string, revision: string | undefined): HTMLElement {
  const { filename, content, truncated, base64, language } = file;
  const raw = toRawTarget(filename, gist.id, revision);
  const text = content !== undefined && !base64 && !isLeftOut(file) ? content : undefined;
  const kind = toKind(file);
  const lines = text === undefined ? 0 : toExcerpt(text, true).lines;
  const body = h("div", { class: "file-body" });
  let isWrapped = prose.has(language ?? "");
  let block: ReturnType<typeof codeBlock> | undefined;
  let drawn = Promise.resolve();

  function showSource(isWhole: boolean): void {
    if (text === undefined) return body.replaceChildren(notShown(file, raw));
    const shown = toExcerpt(text, isWhole);
    block = text === "" ? undefined : codeBlock({ text: shown.text, filename, language, anchor });
    block?.wrap(isWrapped);
    const showAll = () => {
      showSource(true);
      body.querySelector<HTMLElement>(".code")?.focus();
    };
    body.replaceChildren(
      ...notices(file, text, raw, shown, showAll),
      block?.element ?? h("p", { class: "nothing" }, "This file is empty."),
    );
    return undefined;
  }

  async function showRendered(kind: Kind): Promise<void> {
    const surroundings = { gist: gist.id, revision, htmlUrl: gist.htmlUrl, files: gist.files, anchor };
    try {
      const view = await viewers[kind]();
      const element = await view(file, surroundings);
      if (mode.value() === "rendered") body.replaceChildren(...notices(file, text ?? "", raw), element);
    } catch (error) {
      console.info("not rendered:", error);
      mode.set("source");
      if (hasText) body.prepend(h("p", { class: "notice warn" }, "This file cannot be rendered. Its source is shown."));
    }
  }

  function show(value: "rendered" | "source"): void {
    block = undefined;
    wrapping.hidden = value === "rendered" || text === undefined || text === "";
    if (value === "source" || kind === undefined) return showSource(false);
    if (body.childElementCount === 0) body.append(awaited());
    drawn = showRendered(kind);
    return undefined;
  }

  const wrapping = h(
    "button",
    {
      class: "button small",
      attributes: { type: "button", "aria-pressed": String(isWrapped), "aria-label": `Wrap lines of ${filename}` },
      onclick() {
        isWrapped = !isWrapped;
        wrapping.setAttribute("aria-pressed", String(isWrapped));
        block?.wrap(isWrapped);
      },
    },
    "Wrap",
  );
  const mode = toggle(filename, kind && words[kind], show);
  const hasText = text !== undefined && text !== "";
  const section = h(
    "section",
    { class: "file", attributes: { id: anchor, "aria-labelledby": `${anchor}-name` } },
    h(
      "header",
      { class: "file-head" },
      h("h2", { class: "file-name", attributes: { id: `${anchor}-name`, tabindex: "-1" } }, bdi(filename)),
      h(
        "p",
        { class: "file-facts" },
        [language, hasText && !truncated && formatItems(lines, "line"), formatBytes(file.size)]
          .filter(Boolean)
          .join(" · "),
      ),
      h(
        "div",
        { class: "file-tools" },
        kind && hasText && mode.element,
        wrapping,
        hasText && copyButton(() => text, truncated ? `the beginning of ${filename}` : filename),
        hasText && !truncated && downloadButton(text, filename),
        link(raw, { class: "button small", attributes: { "aria-label": `Raw ${filename}` } }, "Raw"),
        embedButton(gist.id, filename),
      ),
    ),
    body,
  );
  places.set(section, {
    lines(range) {
      if (text === undefined) return;
      mode.set("source");
      const { lines: shown } = toExcerpt(text);
      if (range.to > shown) showSource(true);
      block?.show(range);
    },
    heading(id) {
      if (kind === undefined || truncated) return;
      mode.set("rendered");
      void drawn.then(() => document.getElementById(id)?.scrollIntoView({ block: "start" }));
    },
  });

  // A cut file is better read as it is.
  if (kind === undefined || (truncated && text !== undefined)) mode.set("source");
  else {
    wrapping.hidden = true;
    body.append(awaited());
    const showFirst = (value: "rendered" | "source") => {
      if (mode.value() === undefined) mode.set(value);
    };
    // To draw a file takes longer than a browser waits before it prints.
    whenNear(
      section,
      () => showFirst("rendered"),
      () => showFirst("source"),
    );
  }
  return section;
}

function awaited(): HTMLElement {
  return h("p", { class: "nothing awaited" }, "Loading …");
}

/** Marks lines of a file that is shown. */
export function showLines(section: Element, range: LineRange): void {
  places.get(section)?.lines(range);
}

/** Moves to a heading of a file that is shown. */
export function showHeading(section: Element, id: string): void {
  places.get(section)?.heading(id);
}
