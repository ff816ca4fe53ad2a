import { decode } from "../markdown/html-parts.ts";

/** A cell of a table. */
export interface Cell {
  text: string;
  isHead: boolean;
}

const mostRows = 500;

/**
 * The first table of an HTML text, as a data frame writes it: its cells as text. Undefined if there is none. Nothing
 * else of the HTML is kept.
 */
export function toHtmlTable(html: string): Cell[][] | undefined {
  const start = html.search(/<table[\s>]/i);
  if (start < 0) return undefined;
  const rows: Cell[][] = [];
  let cell: Cell | undefined;
  let at = start;
  while (at < html.length && rows.length <= mostRows) {
    const from = html.indexOf("<", at);
    const end = from < 0 ? -1 : html.indexOf(">", from);
    if (end < 0) break;
    if (cell) cell.text += html.slice(at, from);
    const [, slash, name = ""] = /^<(\/?)([a-z\d]+)/i.exec(html.slice(from, from + 12)) ?? [];
    const tag = name.toLowerCase();
    const isCell = tag === "td" || tag === "th";
    if (tag === "table" && slash === "/") break;
    if (tag === "tr" || isCell) cell = undefined;
    if (tag === "tr" && slash !== "/") rows.push([]);
    else if (isCell && slash !== "/") {
      cell = { text: "", isHead: tag === "th" };
      if (rows.length === 0) rows.push([]);
      rows.at(-1)?.push(cell);
    }
    at = end + 1;
  }
  const filled = rows.filter((row) => row.length > 0);
  const decoded = filled.map((row) => row.map(({ text, isHead }) => ({ text: decode(text).trim(), isHead })));
  return decoded.length > 0 ? decoded : undefined;
}
