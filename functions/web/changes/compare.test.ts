import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare } from "./compare.ts";
import { type Row, toBlocks, toRows } from "./rows.ts";

const lines = fc.array(fc.constantFrom("a", "b", "", " a", "a\r"), { maxLength: 30 });
const texts = fc.tuple(lines, fc.boolean()).map(([parts, ends]) => parts.join("\n") + (ends ? "\n" : ""));
const textOf = (rows: Row[], side: "before" | "after") =>
  rows.filter((row) => row[side] !== undefined).map((row) => row.text + (row.isUnended ? "" : "\n"));
const toLines = (text: string) => (text.match(/[^\n]*\n|[^\n]+$/g) ?? []).map((line) => line.replace(/\r?\n$/, "\n"));

describe("the lines of two texts", () => {
  test("are both texts again, with their numbers", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const rows = toRows(compare(before, after));
        for (const [side, text] of [
          ["before", before],
          ["after", after],
        ] as const) {
          expect(textOf(rows, side)).toEqual(toLines(text));
          const numbers = rows.map((row) => row[side]).filter((n) => n !== undefined);
          expect(numbers).toEqual(numbers.map((_, n) => n + 1));
        }
      }),
    );
  });

  test("differ where only the newline at the end does", () => {
    expect(toRows(compare("a\nb\n", "a\nb"))).toEqual([
      { kind: "both", before: 1, after: 1, text: "a", isUnended: false },
      { kind: "removed", before: 2, after: undefined, text: "b", isUnended: false },
      { kind: "added", before: undefined, after: 2, text: "b", isUnended: true },
    ]);
  });
});

describe("blocks", () => {
  const blocksOf = (before: string, after: string) => toBlocks(toRows(compare(before, after)));
  const many = (count: number) => Array.from({ length: count }, (_, n) => `line ${n}\n`).join("");

  test("keep three lines around a change, and hide what is between", () => {
    const blocks = blocksOf(`old\n${many(20)}end\n`, `new\n${many(20)}END\n`);
    expect(blocks.map(({ isHidden, rows }) => [isHidden, rows.length])).toEqual([
      [false, 5],
      [true, 14],
      [false, 5],
    ]);
  });

  test("hide no single line", () => {
    expect(blocksOf(`old\n${many(7)}end\n`, `new\n${many(7)}END\n`)).toHaveLength(1);
  });

  test("are all rows again", () => {
    fc.assert(
      fc.property(texts, texts, (before, after) => {
        const rows = toRows(compare(before, after));
        const blocks = toBlocks(rows);
        expect(blocks.flatMap((block) => block.rows)).toEqual(rows);
        expect(blocks.filter(({ isHidden }) => isHidden).flatMap((block) => block.rows)).not.toContainEqual(
          expect.objectContaining({ kind: expect.stringMatching(/added|removed/) as string }),
        );
      }),
    );
  });
});
