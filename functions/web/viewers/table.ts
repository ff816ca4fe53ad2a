import type { GistFile } from "../edge/gists.ts";
import { announce } from "../page/announce.ts";
import { h } from "../page/dom.ts";
import { formatCount, formatItems } from "../page/format.ts";
import { toNodes } from "../page/plain.ts";
import { parseCsv, toDelimiter } from "./csv.ts";

/** Most rows, cells and columns that are shown at once, and characters of a cell. */
const most = { rows: 1000, cells: 10_000, columns: 100, characters: 500 };
/** Above so many rows, text is compared by its code units: a collator takes seconds. */
const mostCollated = 20_000;

const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** A table of which a column sorts the rows. */
interface Sorting {
  column: number;
  isDescending: boolean;
}

/** A CSV or TSV file as a table that each column sorts. Its first row is the head. */
export function tableView({ filename, content = "" }: GistFile): HTMLElement {
  const [head = [], ...rows] = parseCsv(content, toDelimiter(content, filename));
  if (head.length === 0) throw new Error("no rows");
  const width = Math.min(Math.max(head.length, ...rows.slice(0, 1000).map(({ length }) => length)), most.columns);
  const atOnce = Math.min(Math.floor(most.cells / width), most.rows);
  let shown = atOnce;
  let order: string[][] = rows;
  let sorting: Sorting | undefined;

  const body = h("tbody");
  const notice = h("p", { class: "notice" });
  const headers = Array.from({ length: width }, (_, column) => {
    const name = head[column] ?? "";
    const words = h("span", {}, ...toNodes(cut(name) || `Column ${column + 1}`));
    const button = h("button", { attributes: { type: "button" }, onclick: () => sort(column) }, words);
    return h("th", { attributes: { scope: "col" } }, button);
  });
  const isNumeric = Array.from({ length: width }, (_, column) => isNumberColumn(rows, column));

  function draw(): void {
    body.replaceChildren(
      ...order
        .slice(0, shown)
        .map((row, n) =>
          h(
            "tr",
            {},
            h("td", { class: "row-number" }, formatCount(n + 1)),
            ...isNumeric.map((numeric, column) =>
              h("td", { class: numeric ? "to-right" : undefined }, ...toNodes(cut(row[column] ?? ""))),
            ),
          ),
        ),
    );
    const parts = [
      shown < rows.length && `the first ${formatCount(shown)} of ${formatItems(rows.length, "row")}`,
      head.length > width && `${formatCount(width)} of ${formatItems(head.length, "column")}`,
    ].filter(Boolean);
    notice.hidden = parts.length === 0;
    notice.replaceChildren(`Shown: ${parts.join(", ")}. Sorting uses all rows. `);
    if (shown < rows.length) notice.append(more);
  }

  const more = h(
    "button",
    {
      class: "plain",
      attributes: { type: "button" },
      onclick() {
        shown += atOnce;
        draw();
      },
    },
    "Show more rows",
  );

  /** Ascending, descending, then as in the file. */
  function sort(column: number): void {
    const isSame = sorting?.column === column;
    sorting = isSame && sorting?.isDescending ? undefined : { column, isDescending: isSame };
    order = sorting ? toSorted(rows, sorting, isNumeric[column] ?? false) : rows;
    for (const [n, header] of headers.entries()) {
      if (n === sorting?.column) header.setAttribute("aria-sort", sorting.isDescending ? "descending" : "ascending");
      else header.removeAttribute("aria-sort");
    }
    draw();
    const words = sorting
      ? `by ${head[column] ?? ""}, ${sorting.isDescending ? "descending" : "ascending"}`
      : "as in the file";
    announce(`Rows sorted ${words}`);
  }

  draw();
  const corner = h("td", { class: "row-number" });
  const table = h(
    "table",
    {},
    h("caption", { class: "visually-hidden" }, `${filename}: buttons in the head sort the rows`),
    h("thead", {}, h("tr", {}, corner, ...headers)),
    body,
  );
  const label = `Table of ${filename}`;
  const box = h("div", { class: "data", attributes: { tabindex: "0", role: "group", "aria-label": label } }, table);
  return h("div", {}, notice, box);
}

/** Rows in the order of a column; empty cells come last. */
function toSorted(rows: readonly string[][], { column, isDescending }: Sorting, isNumeric: boolean): string[][] {
  const sign = isDescending ? -1 : 1;
  const isCollated = rows.length <= mostCollated;
  const compare = isCollated ? collator.compare : (a: string, b: string) => (a < b ? -1 : Number(a > b));
  const keyed = rows.map((row) => ({
    row,
    text: (row[column] ?? "").slice(0, 200),
    number: isNumeric ? toNumber(row[column] ?? "") : 0,
  }));
  keyed.sort((a, b) => {
    if (a.text === "" || b.text === "") return Number(a.text === "") - Number(b.text === "");
    return sign * (isNumeric ? a.number - b.number : compare(a.text, b.text));
  });
  return keyed.map(({ row }) => row);
}

/** True if the first filled cells of a column are numbers. */
function isNumberColumn(rows: readonly string[][], column: number): boolean {
  const cells = rows.slice(0, 200).flatMap((row) => (row[column] ? [row[column]] : []));
  return cells.length > 0 && cells.every((cell) => !Number.isNaN(toNumber(cell)));
}

function toNumber(text: string): number {
  return text.trim() === ""
    ? Number.NaN
    : Number(
        text
          .trim()
          .replace(/^([-+]?)[$€£]/, "$1")
          .replace(/%$/, ""),
      );
}

function cut(text: string): string {
  return text.length <= most.characters ? text : `${text.slice(0, most.characters).toWellFormed()} …`;
}
