import type { GistFile } from "../edge/gists.ts";
import type { Surroundings } from "../markdown/addresses.ts";
import { fence } from "../markdown/fence.ts";
import type { Document } from "../markdown/parse.ts";
import { type Rendered, renderMarkdown } from "../markdown/render.ts";
import { h } from "../page/dom.ts";
import { formatItems } from "../page/format.ts";
import { picture } from "../page/picture.ts";
import { toNodes } from "../page/plain.ts";
import { runJob } from "../jobs/run-job.ts";
import { parseAnsi } from "./ansi.ts";
import { documentNotices } from "./markdown.ts";
import type { Cell as TableCell } from "./html-table.ts";
import { type Cell, type Output, parseNotebook } from "./notebook-cells.ts";

/** Most cells that are shown at once, and characters of an output. */
const most = { cells: 200, characters: 10_000 };

/** A Jupyter notebook: its cells with the outputs that are stored in it. Nothing of it is run. */
export async function notebookView({ content = "" }: GistFile, surroundings: Surroundings): Promise<HTMLElement> {
  const { cells, language } = parseNotebook(content);
  const root = h("div", { class: "notebook" });

  async function show(first: number): Promise<void> {
    const part = cells.slice(first, first + most.cells);
    const texts = part.flatMap((cell) => [
      ...(cell.kind === "markdown" ? [cell.source] : []),
      ...cell.outputs.flatMap((output) => (output.kind === "markdown" ? [output.text] : [])),
    ]);
    const documents = texts.length === 0 ? [] : [...(await runJob("markdown", { texts }))];
    const rendered: Rendered[] = [];
    const draw = (attachments: Record<string, string>): HTMLElement => {
      const next: Document = documents.shift() ?? { frontMatter: undefined, blocks: [] };
      const one = renderMarkdown(next, { ...surroundings, attachments });
      rendered.push(one);
      return one.element;
    };
    const shown = part.map((cell) => cellView(cell, language, draw));
    root.append(...documentNotices(rendered), ...shown);
    const left = cells.length - first - part.length;
    if (left <= 0) return;
    const more = h(
      "button",
      {
        class: "plain",
        attributes: { type: "button" },
        onclick() {
          note.remove();
          void show(first + most.cells);
        },
      },
      "Show more cells",
    );
    const note = h("p", { class: "notice" }, `${formatItems(left, "more cell")}. `, more);
    root.append(note);
  }

  await show(0);
  return root;
}

type Draw = (attachments: Record<string, string>) => HTMLElement;

function cellView(cell: Cell, language: string, draw: Draw): HTMLElement {
  const { kind, source, count, outputs, attachments } = cell;
  if (kind === "markdown") return h("div", { class: "cell" }, draw(attachments));
  const box = h("div", { class: "cell" });
  if (source !== "" || kind === "code") {
    const prompt = kind === "code" && h("span", { class: "prompt" }, `In [${count === undefined ? " " : count}]:`);
    box.append(h("div", { class: "cell-input" }, prompt, fence(source, kind === "code" ? language : "")));
  }
  const shown = outputs.map((output) => outputView(output, draw));
  if (shown.length > 0) box.append(h("div", { class: "outputs" }, ...shown));
  return box;
}

function outputView(output: Output, draw: Draw): HTMLElement {
  if (output.kind === "markdown") return draw({});
  if (output.kind === "picture") return picture(output.source, "Output of the cell above");
  if (output.kind === "source") return fence(output.text, output.language);
  if (output.kind === "table") {
    const rows = output.rows.map((row) => h("tr", {}, ...row.map(tableCell)));
    return h(
      "div",
      { class: "prose" },
      h(
        "div",
        { class: "table-box", attributes: { tabindex: "0", role: "group", "aria-label": "Output as a table" } },
        h("table", {}, h("tbody", {}, ...rows)),
      ),
    );
  }
  return textOutput(output.text, output.isError);
}

function tableCell({ text, isHead }: TableCell): HTMLElement {
  const properties = { class: /^[-+]?[\d,._]+%?$/.test(text) ? "to-right" : undefined };
  return h(isHead && text !== "" ? "th" : "td", properties, ...toNodes(text));
}

/** Text of a terminal, with its colours. A long one is cut, until the rest is wanted. */
function textOutput(text: string, isError: boolean): HTMLElement {
  const label = isError ? "Error output" : "Output";
  const pre = h("pre", {
    class: isError ? "output error" : "output",
    attributes: { tabindex: "0", role: "group", "aria-label": label, dir: "ltr" },
  });
  const fill = (part: string) =>
    pre.replaceChildren(
      ...parseAnsi(part.replace(/\n$/, "")).flatMap(({ text, colour, isBold }) => {
        const nodes = toNodes(text);
        if (colour === undefined && !isBold) return nodes;
        const names = [colour && `ansi-${colour}`, isBold && "ansi-bold"].filter(Boolean).join(" ");
        return [h("span", { class: names }, ...nodes)];
      }),
    );
  fill(text.slice(0, most.characters));
  if (text.length <= most.characters) return pre;
  const all = h(
    "button",
    {
      class: "plain",
      attributes: { type: "button" },
      onclick() {
        fill(text);
        all.remove();
      },
    },
    "Show the whole output",
  );
  return h("div", {}, pre, all);
}
