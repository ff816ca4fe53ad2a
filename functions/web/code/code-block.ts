import { h } from "../page/dom.ts";
import { type LineRange, toLineHash } from "../page/line-hash.ts";
import { toNodes } from "../page/plain.ts";
import { runJob } from "../jobs/run-job.ts";
import { toLines } from "./lines.ts";
import { whenNear } from "./near.ts";
import type { Token } from "./tokens.ts";

/** Longer text stays uncoloured, in characters: its pieces would fill the memory. */
const mostColoured = 200_000;
/** Lines that get their numbers and colours together, once they come near the window. */
const chunkLines = 100;

interface Source {
  text: string;
  filename: string;
  language: string | undefined;
  /** Prefix of its lines' hashes. */
  anchor: string;
}

/** Code with line numbers, each a link. */
export interface CodeBlock {
  element: HTMLElement;
  /** Marks lines, and scrolls to them. */
  show(range: LineRange): void;
  /** Breaks long lines, or lets them scroll. */
  wrap(isWrapped: boolean): void;
}

/** A part of the code: text at first, then rows. */
interface Chunk {
  element: HTMLElement;
  /** Index of its first line. */
  first: number;
  lines: Token[][];
  rows: HTMLElement[] | undefined;
}

/**
 * Shows code at once as plain text, of any length. Rows with numbers, and colours, follow for the part that is near the
 * window.
 */
export function codeBlock({ text, filename, language, anchor }: Source): CodeBlock {
  const lines = toLines([{ text, kind: undefined }]);
  let marked: LineRange | undefined;
  const chunks: Chunk[] = [];
  for (let first = 0; first < lines.length; first += chunkLines) {
    const part = lines.slice(first, first + chunkLines);
    const words = part.map(([token]) => token?.text ?? "").join("");
    chunks.push({ element: h("span", { class: "chunk" }, ...toNodes(words)), first, lines: part, rows: undefined });
  }
  const code = h("code", { attributes: { dir: "ltr" } }, ...chunks.map(({ element }) => element));
  const element = h(
    "div",
    { class: "code", attributes: { tabindex: "0", role: "group", "aria-label": `Contents of ${filename}` } },
    h("pre", {}, code),
  );
  element.dataset["digits"] = String(String(lines.length).length);

  function toRow(tokens: Token[], number: number): HTMLElement {
    const href = toLineHash(anchor, { from: number, to: number });
    // Numbers are drawn by the style sheet: a selection of code holds none of them.
    const link = h("a", { class: "number", attributes: { href, "data-n": String(number), tabindex: "-1" } });
    link.setAttribute("aria-label", `Line ${number}`);
    return h("span", { class: "line" }, link, ...tokens.flatMap(toSpan));
  }

  function fill(chunk: Chunk): HTMLElement[] {
    const rows = chunk.lines.map((tokens, n) => toRow(tokens, chunk.first + n + 1));
    const { activeElement } = document;
    const focused = chunk.element.contains(activeElement) ? numberOf(activeElement) : undefined;
    chunk.rows = rows;
    chunk.element.replaceChildren(...rows);
    // Colours may come while somebody is at a number.
    if (focused !== undefined)
      rows[focused - 1 - chunk.first]?.querySelector<HTMLElement>(".number")?.focus({ preventScroll: true });
    // One number of a block can be reached by Tab, the others by the arrow keys from there.
    if (chunk.first === 0) rows[0]?.firstElementChild?.setAttribute("tabindex", "0");
    if (marked) mark(chunk);
    return rows;
  }

  function rowOf(number: number): HTMLElement | undefined {
    const chunk = chunks[Math.floor((number - 1) / chunkLines)];
    return chunk && (chunk.rows ?? fill(chunk))[number - 1 - chunk.first];
  }

  function mark({ rows, first }: Chunk): void {
    for (const [n, row] of (rows ?? []).entries()) {
      const number = first + n + 1;
      row.classList.toggle("marked", marked !== undefined && number >= marked.from && number <= marked.to);
    }
  }

  function setMarked(range: LineRange): void {
    marked = range;
    for (const chunk of chunks) mark(chunk);
  }

  for (const chunk of chunks) {
    const show = () => void (chunk.rows ?? fill(chunk));
    whenNear(chunk.element, show, show);
  }
  if (text.length <= mostColoured) {
    whenNear(element, async () => {
      const answer = await runJob("highlight", { code: text, language, filename }).catch((error: unknown) => {
        console.info("not coloured:", error);
      });
      if (answer === undefined) return;
      const coloured = toLines(answer.tokens);
      for (const chunk of chunks) {
        chunk.lines = coloured.slice(chunk.first, chunk.first + chunkLines);
        if (chunk.rows) fill(chunk);
      }
      code.dataset["coloured"] = answer.grammar;
    });
  }

  code.addEventListener("click", (event) => {
    const number = numberOf(event.target);
    if (number === undefined) return;
    event.preventDefault();
    const from = event.shiftKey && marked ? marked.from : number;
    const range = { from: Math.min(from, number), to: Math.max(from, number) };
    setMarked(range);
    history.replaceState(history.state, "", toLineHash(anchor, range));
  });
  code.addEventListener("keydown", (event) => {
    const number = numberOf(event.target);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 20, PageUp: -20 }[event.key];
    if (number === undefined || step === undefined) return;
    event.preventDefault();
    const to = Math.min(Math.max(number + step, 1), lines.length);
    rowOf(to)?.querySelector<HTMLElement>(".number")?.focus();
  });

  return {
    element,
    show(range) {
      const known = { from: Math.min(range.from, lines.length), to: Math.min(range.to, lines.length) };
      setMarked(known);
      rowOf(known.from)?.scrollIntoView({ block: "center" });
    },
    wrap: (isWrapped) => void element.classList.toggle("wrapped", isWrapped),
  };
}

/** The line whose number an event is about. */
function numberOf(target: EventTarget | null): number | undefined {
  const link = target instanceof Element ? target.closest<HTMLElement>(".number") : null;
  return link ? Number(link.dataset["n"]) : undefined;
}

/** A piece of code as nodes. */
export function toSpan({ text, kind }: Token): (Node | string)[] {
  const nodes = toNodes(text);
  return kind === undefined ? nodes : [h("span", { class: `t-${kind}` }, ...nodes)];
}
