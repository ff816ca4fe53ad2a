import type { Run } from "./compare.ts";

/** A line of a unified view. */
export interface Row {
  kind: Run["kind"];
  /** Its numbers in the two texts, from 1. */
  before: number | undefined;
  after: number | undefined;
  text: string;
  /** True for a last line without a newline. */
  isUnended: boolean;
}

/** Rows that are shown, or unchanged ones that are not. */
export interface Block {
  isHidden: boolean;
  rows: Row[];
}

/** Unchanged lines that are shown around a change. */
const context = 3;

/** All lines of a comparison, numbered. */
export function toRows(runs: readonly Run[]): Row[] {
  let [before, after] = [0, 0];
  return runs.flatMap(({ kind, lines }) =>
    lines.map((line) => ({
      kind,
      before: kind === "added" ? undefined : (before += 1),
      after: kind === "removed" ? undefined : (after += 1),
      text: line.replace(/\r?\n$/, ""),
      isUnended: !line.endsWith("\n"),
    })),
  );
}

/** Rows as blocks: changes with the lines around them, and what is between. A single line is never hidden. */
export function toBlocks(rows: readonly Row[]): Block[] {
  const isNear = Array.from<boolean>({ length: rows.length }).fill(false);
  for (const [n, { kind }] of rows.entries()) {
    if (kind === "both") continue;
    isNear.fill(true, Math.max(n - context, 0), n + context + 1);
  }
  const blocks: Block[] = [];
  for (const [n, row] of rows.entries()) {
    const isHidden = !(isNear[n] || ((isNear[n - 1] ?? true) && (isNear[n + 1] ?? true)));
    const last = blocks.at(-1);
    if (last?.isHidden === isHidden) last.rows.push(row);
    else blocks.push({ isHidden, rows: [row] });
  }
  return blocks;
}
