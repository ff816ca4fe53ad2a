import { expect, test } from "vitest";
import { limits, toExcerpt } from "./excerpt.ts";

test("a short file is shown whole, without a line behind its last newline", () => {
  expect(toExcerpt("a\nb\n")).toEqual({ text: "a\nb", lines: 2, linesLeft: 0, cutLines: 0 });
});

test("a long file and a long line are cut, and reported", () => {
  const long = `${"x".repeat(limits.characters - 1)}😀😀\n`;
  const excerpt = toExcerpt(long + "y\n".repeat(limits.lines + 9));
  expect(excerpt).toMatchObject({ lines: limits.lines, linesLeft: 10, cutLines: 1 });
  expect(excerpt.text.isWellFormed()).toBe(true);
  expect(toExcerpt(long, true).text).toBe(long.slice(0, -1));
});
