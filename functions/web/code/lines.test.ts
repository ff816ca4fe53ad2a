import { expect, test } from "vitest";
import { toLines } from "./lines.ts";

test("a piece of several lines is cut at each newline, and nothing is lost", () => {
  const tokens = [
    { text: "a = ", kind: undefined },
    { text: "`x\n\ny`", kind: "string" as const },
    { text: ";\n", kind: undefined },
  ];
  const lines = toLines(tokens);
  expect(lines.map((line) => line.map(({ text }) => text).join(""))).toEqual(["a = `x\n", "\n", "y`;\n", ""]);
  expect(lines[2]?.[0]).toEqual({ text: "y`", kind: "string" });
});
