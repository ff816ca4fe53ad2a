import { expect, test } from "vitest";
import { mayRange, toRange } from "./range.ts";

test.each([
  ["bytes=0-0", { start: 0, end: 1 }],
  ["bytes=0-", { start: 0, end: 10 }],
  ["bytes=9-99", { start: 9, end: 10 }],
  ["bytes=-3", { start: 7, end: 10 }],
  ["bytes=-99", { start: 0, end: 10 }],
  ["bytes=10-", "unsatisfiable"],
  ["bytes=-0", "unsatisfiable"],
  ["bytes=5-4", undefined],
  ["bytes=0-1, 3-4", undefined],
  ["bytes=0-99999999999999999999", undefined],
  ["items=0-1", undefined],
  ["bytes=-", undefined],
  ["", undefined],
  [null, undefined],
])("of ten bytes, %s is %o", (field, range) => {
  expect(toRange(field, 10)).toEqual(range);
});

test.each(["bytes=0-", "bytes=-1", "bytes=0-0"])("of no bytes, %s cannot be satisfied", (field) => {
  expect(toRange(field, 0)).toBe("unsatisfiable");
});

test.each([
  [null, true],
  ['"one"', true],
  [' "one" ', true],
  ['W/"one"', false],
  ['"two"', false],
  ["Sat, 28 Nov 2026 12:00:00 GMT", false],
])("If-Range of %s", (field, isMet) => {
  expect(mayRange(field, '"one"')).toBe(isMet);
});

test("a weak validator never allows a part", () => {
  expect(mayRange('W/"one"', 'W/"one"')).toBe(false);
});
