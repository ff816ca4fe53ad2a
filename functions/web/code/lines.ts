import type { Token } from "./tokens.ts";

/** The pieces of each line. Its newline belongs to a line. */
export function toLines(tokens: readonly Token[]): Token[][] {
  const lines: Token[][] = [[]];
  for (const { text, kind } of tokens) {
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      lines.at(-1)?.push({ text: text.slice(from, at + 1), kind });
      lines.push([]);
      from = at + 1;
    }
    if (from < text.length) lines.at(-1)?.push({ text: text.slice(from), kind });
  }
  return lines;
}
