import { diffLines } from "diff";

/** Lines that follow each other: in both texts, or in one of them. */
export interface Run {
  kind: "both" | "added" | "removed";
  /** Each with its newline, if it has one. */
  lines: string[];
}

/** The lines of two texts as runs. The time grows with the number of different lines, squared. */
export function compare(before: string, after: string): Run[] {
  return diffLines(before, after).map(({ added, removed, value }) => ({
    kind: added ? "added" : removed ? "removed" : "both",
    lines: value.match(/[^\n]*\n|[^\n]+$/g) ?? [],
  }));
}
