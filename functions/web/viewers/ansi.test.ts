import { expect, test } from "vitest";
import { parseAnsi } from "./ansi.ts";

const plain = { colour: undefined, isBold: false };

test("colours and bold are read, and end where they are reset", () => {
  expect(parseAnsi("a\u001b[1;31mb\u001b[0mc\u001b[94md\u001b[39me")).toEqual([
    { text: "a", ...plain },
    { text: "b", colour: "red", isBold: true },
    { text: "c", ...plain },
    { text: "d", colour: "blue", isBold: false },
    { text: "e", ...plain },
  ]);
});

test.each([
  ["256 colours", "\u001b[38;5;1ma", [{ text: "a", colour: "red", isBold: false }]],
  [
    "colours without a name",
    "\u001b[38;5;196ma\u001b[38;2;1;31;1mb",
    [
      { text: "a", ...plain },
      { text: "b", ...plain },
    ],
  ],
  ["backgrounds", "\u001b[48;5;31ma", [{ text: "a", ...plain }]],
  [
    "titles of windows and moves of the cursor",
    "\u001b]0;evil\u0007\u001b[2J\u001b[10;10Ha",
    [{ text: "a", ...plain }],
  ],
  [
    "a sequence that is cut",
    "a\u001b[31",
    [
      { text: "a", ...plain },
      { text: "31", ...plain },
    ],
  ],
])("%s", (_, text, pieces) => {
  expect(parseAnsi(text).filter((piece) => piece.text !== "")).toEqual(pieces);
});
