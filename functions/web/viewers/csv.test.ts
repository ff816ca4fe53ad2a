import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv, toDelimiter } from "./csv.ts";

// The examples of RFC 4180, section 2, and what programs write besides.
test.each<[string, string[][]]>([
  [
    "aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n",
    [
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  [
    "aaa,bbb,ccc\r\nzzz,yyy,xxx",
    [
      ["aaa", "bbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  [
    '"aaa","b \r\nbb","ccc"\r\nzzz,yyy,xxx',
    [
      ["aaa", "b \r\nbb", "ccc"],
      ["zzz", "yyy", "xxx"],
    ],
  ],
  ['"aaa","b""bb","ccc"', [["aaa", 'b"bb', "ccc"]]],
  [
    "a,b\nc,d\r",
    [
      ["a", "b"],
      ["c", "d"],
    ],
  ],
  [
    "a,,\n,,",
    [
      ["a", "", ""],
      ["", "", ""],
    ],
  ],
  ["a\n\nb\n", [["a"], [""], ["b"]]],
  ['"open, and never closed\n', [["open, and never closed\n"]]],
  ['a "quoted" word,"b" c', [['a "quoted" word', "b c"]]],
  ["\ufeffa,b", [["a", "b"]]],
  ["", []],
])("%j is parsed", (text, rows) => {
  expect(parseCsv(text, ",")).toEqual(rows);
});

test("rows that are written by RFC 4180 are read again", () => {
  const field = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r", " ", ";", "😀"), maxLength: 6 });
  const rows = fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(rows, (rows) => {
      const text = rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")).join("\r\n");
      expect(parseCsv(text, ",")).toEqual(rows);
    }),
  );
});

describe("the delimiter", () => {
  test.each([
    ["a.csv", "a,b\n1,2\n", ","],
    ["a.csv", "a;b\n1,5;2,5\n", ";"],
    ["a.csv", "a\tb\n1\t2\n", "\t"],
    ["a.csv", "a|b|c\n1|2|3\n", "|"],
    ["a.tsv", "a,b\n1,2\n", "\t"],
    ["a.csv", "one column\n", ","],
  ])("of %s with %j", (filename, text, wanted) => {
    expect(toDelimiter(text, filename)).toBe(wanted);
  });
});
