import { toSvgSource } from "../markdown/pictures.ts";
import { type Cell as TableCell, toHtmlTable } from "./html-table.ts";

/** What a cell printed. */
export type Output =
  | { kind: "text"; text: string; isError: boolean }
  | { kind: "picture"; source: string }
  | { kind: "markdown"; text: string }
  | { kind: "table"; rows: TableCell[][] }
  /** HTML or SVG that is shown as its source. */
  | { kind: "source"; text: string; language: string };

/** A cell of a notebook. */
export interface Cell {
  kind: "markdown" | "code" | "raw";
  source: string;
  /** The number that the kernel gave; undefined for a cell that has not run. */
  count: number | undefined;
  outputs: Output[];
  /** Pictures of a Markdown cell by name, as `data:`. */
  attachments: Record<string, string>;
}

/** A Jupyter notebook (https://nbformat.readthedocs.io/en/latest/format_description.html). */
export interface Notebook {
  language: string;
  cells: Cell[];
}

type Fields = Record<string, unknown>;

/** Reads a notebook of format 3 or 4. Every member is checked. @throws Error for text that is none */
export function parseNotebook(text: string): Notebook {
  const body: unknown = JSON.parse(text);
  if (!isFields(body)) throw new Error("not a notebook");
  const metadata = toFields(body["metadata"]);
  const info = toFields(metadata["language_info"]);
  const kernel = toFields(metadata["kernelspec"]);
  const language = [info["name"], kernel["language"], "python"].find((name) => typeof name === "string") as string;
  // Format 3 has worksheets.
  const [sheet] = toList(body["worksheets"]);
  const cells = Array.isArray(body["cells"]) ? body["cells"] : toList(toFields(sheet)["cells"]);
  if (cells.length === 0) throw new Error("no cells");
  return { language, cells: cells.filter(isFields).map(toCell) };
}

function toCell(cell: Fields): Cell {
  const count = cell["execution_count"] ?? cell["prompt_number"];
  const level = typeof cell["level"] === "number" ? Math.min(Math.max(cell["level"], 1), 6) : 1;
  const source = toText(cell["source"] ?? cell["input"]);
  const isHeading = cell["cell_type"] === "heading";
  return {
    kind: cell["cell_type"] === "code" ? "code" : cell["cell_type"] === "raw" ? "raw" : "markdown",
    source: isHeading ? `${"#".repeat(level)} ${source}` : source,
    count: typeof count === "number" ? count : undefined,
    outputs: toList(cell["outputs"]).filter(isFields).flatMap(toOutput),
    attachments: toAttachments(toFields(cell["attachments"])),
  };
}

function toOutput(output: Fields): Output[] {
  const type = output["output_type"];
  if (type === "stream")
    return [{ kind: "text", text: toText(output["text"]), isError: (output["name"] ?? output["stream"]) === "stderr" }];
  if (type === "error" || type === "pyerr") {
    const traceback = toList(output["traceback"]).map(toText).join("\n");
    return [
      { kind: "text", text: traceback || `${toText(output["ename"])}: ${toText(output["evalue"])}`, isError: true },
    ];
  }
  const data = isFields(output["data"]) ? output["data"] : fromFormat3(output);
  return toRichest(data);
}

/** Of the forms of one output the one that says most and cannot do anything. */
function toRichest(data: Fields): Output[] {
  for (const type of ["image/png", "image/jpeg", "image/gif", "image/webp"]) {
    const base64 = toText(data[type]).replaceAll(/\s/g, "");
    if (base64 !== "" && /^[\w+/]+=*$/.test(base64))
      return [{ kind: "picture", source: `data:${type};base64,${base64}` }];
  }
  const svg = toText(data["image/svg+xml"]);
  if (svg !== "") return [{ kind: "picture", source: toSvgSource(svg) }];
  const html = toText(data["text/html"]);
  const rows = html === "" ? undefined : toHtmlTable(html);
  if (rows) return [{ kind: "table", rows }];
  const markdown = toText(data["text/markdown"]);
  if (markdown !== "") return [{ kind: "markdown", text: markdown }];
  const plain = toText(data["text/plain"]);
  // An object's address in memory, such as `<IPython.core.display.HTML object>`, says less than the HTML.
  if (plain !== "" && !(html !== "" && /^<[\w.]+ object(?: at 0x[\da-f]+)?>$/.test(plain)))
    return [{ kind: "text", text: plain, isError: false }];
  if (html !== "") return [{ kind: "source", text: html, language: "html" }];
  const others = ["text/latex", "application/javascript", "application/json"].flatMap((type) => {
    const value = data[type];
    if (value === undefined) return [];
    const text = typeof value === "object" && !Array.isArray(value) ? JSON.stringify(value, null, 2) : toText(value);
    return [{ kind: "source" as const, text, language: type.split("/")[1] ?? "" }];
  });
  return others.slice(0, 1);
}

/** Format 3 has the forms beside the type, under short names. */
function fromFormat3(output: Fields): Fields {
  const names = { png: "image/png", jpeg: "image/jpeg", svg: "image/svg+xml", html: "text/html", latex: "text/latex" };
  const found = Object.entries(names).map(([name, type]) => [type, output[name]]);
  return Object.fromEntries([...found, ["text/plain", output["text"]]]) as Fields;
}

function toAttachments(attachments: Fields): Record<string, string> {
  const found = Object.entries(attachments).flatMap(([name, forms]) =>
    toRichest(toFields(forms)).flatMap((output) => (output.kind === "picture" ? [[name, output.source] as const] : [])),
  );
  return Object.fromEntries(found);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const toFields = (value: unknown): Fields => (isFields(value) ? value : {});
const toList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** Text, or a list of its lines. */
function toText(value: unknown): string {
  if (Array.isArray(value)) return value.filter((part) => typeof part === "string").join("");
  return typeof value === "string" ? value : "";
}
