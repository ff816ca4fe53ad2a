import { limits } from "../code/excerpt.ts";
import { type Block, type Row, toBlocks } from "../changes/rows.ts";
import { h } from "../page/dom.ts";
import { formatCount, formatItems } from "../page/format.ts";
import { toNodes } from "../page/plain.ts";

const signs: Record<Row["kind"], string> = { both: " ", added: "+", removed: "−" };

/** Number of lines that one more click shows: a browser needs seconds to lay out all lines of a large table. */
const step = 5000;

/** Lines past the bound are printed as well. */
addEventListener("beforeprint", () => {
  for (let more; (more = document.querySelector<HTMLElement>("[data-more]"));) more.click();
});

/** The lines of two texts in one table. Unchanged ones far from a change, and those past a bound, show on demand. */
export function changesTable(rows: Row[], name: string): HTMLElement {
  const body = h("tbody");
  /** Adds rows up to a bound; the rest follows after a click. */
  function add(blocks: Block[], bound: number, before: Node | null): void {
    let room = bound;
    for (const [n, block] of blocks.entries()) {
      if (block.isHidden) {
        body.insertBefore(
          gapRow(formatItems(block.rows.length, "unchanged line"), (gap) => open(gap, block)),
          before,
        );
        continue;
      }
      for (const row of block.rows.slice(0, room)) body.insertBefore(tableRow(row), before);
      if (block.rows.length > room) {
        addRest([{ ...block, rows: block.rows.slice(room) }, ...blocks.slice(n + 1)], before);
        return;
      }
      room -= block.rows.length;
    }
  }
  function addRest(rest: Block[], before: Node | null): void {
    const left = rest.reduce((sum, { rows: of }) => sum + of.length, 0);
    const next =
      left > step ? `the next ${formatCount(step)} of ${formatCount(left)} lines` : formatItems(left, "further line");
    const gap = gapRow(next, () => {
      add(rest, step, gap);
      gap.remove();
    });
    gap.querySelector("button")?.setAttribute("data-more", "");
    body.insertBefore(gap, before);
  }
  function open(gap: HTMLElement, block: Block): void {
    const [first] = block.rows.map((row) => {
      const element = tableRow(row);
      body.insertBefore(element, gap);
      return element;
    });
    first?.setAttribute("tabindex", "-1");
    first?.focus();
    gap.remove();
  }
  add(toBlocks(rows), limits.lines, null);
  return h(
    "div",
    { class: "changes", attributes: { tabindex: "0", role: "group", "aria-label": `Changes of ${name}` } },
    h(
      "table",
      {},
      h(
        "thead",
        { class: "visually-hidden" },
        h(
          "tr",
          {},
          ...["Line before", "Line after", "Change", "Text"].map((title) =>
            h("th", { attributes: { scope: "col" } }, title),
          ),
        ),
      ),
      body,
    ),
  );
}

function tableRow({ kind, before, after, text, isUnended }: Row): HTMLElement {
  const number = (n: number | undefined) => h("td", { class: "at" }, n === undefined ? "" : String(n));
  const cut = text.length > limits.characters;
  const nodes = toNodes(cut ? `${text.slice(0, limits.characters).replace(/[\ud800-\udbff]$/, "")} …` : text);
  const element = h(kind === "added" ? "ins" : kind === "removed" ? "del" : "span", {}, ...nodes);
  return h(
    "tr",
    { class: kind },
    number(before),
    number(after),
    h("td", { class: "sign" }, signs[kind]),
    h(
      "td",
      { class: "text", attributes: { dir: "ltr" } },
      element,
      isUnended && kind !== "both" && h("span", { class: "unended" }, " (no newline at the end)"),
    ),
  );
}

function gapRow(label: string, open: (row: HTMLElement) => void): HTMLElement {
  const button = h("button", { class: "plain", attributes: { type: "button" } }, `Show ${label}`);
  const row = h("tr", { class: "gap" }, h("td", { attributes: { colspan: "4" } }, button));
  button.addEventListener("click", () => open(row));
  return row;
}
