import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Path of a file of the checkout. */
export const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

export const read = (path: string): string => readFileSync(at(path), "utf8");

export const code = (text: string): string => `\`${text}\``;

export const codes = (texts: readonly string[]): string => texts.map(code).join(", ");

/** A table whose columns are aligned as the formatter aligns them. */
export function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [heading, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = heading.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const toLine = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const [first = [], ...others] = cells;
  return [toLine(first), toLine(widths.map((width) => "-".repeat(width))), ...others.map(toLine)].join("\n");
}

/** Generated parts of a page by name: each stands between `<!-- name -->` and `<!-- /name -->`. */
export type Parts = Record<string, () => string>;

/**
 * The page with its generated parts replaced.
 * @throws Error if the page has no place for a part
 */
export function withParts(page: string, parts: Parts): string {
  return Object.entries(parts).reduce((text, [name, make]) => {
    const pattern = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
    if (!pattern.test(text)) throw new Error(`the page has no part ${name}`);
    return text.replace(pattern, (_, begin: string, end: string) => `${begin}\n${make()}\n\n${end}`);
  }, page);
}
