import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { choose, parseAccept } from "./accept.ts";

/** The weight of one member with these parameters. */
const weightOf = (parameters: string) => parseAccept(`text/html${parameters}`).map(({ weight }) => weight);

describe("a weight", () => {
  test.each([
    ["", 1],
    [";q=1", 1],
    [";q=1.", 1],
    [";q=1.000", 1],
    [";q=0", 0],
    [";q=0.", 0],
    [";q=0.000", 0],
    [";q=0.5", 0.5],
    [";q=0.001", 0.001],
    [" ; q=0.5 ", 0.5],
    ["\t;\tQ=0.5\t", 0.5],
    [";level=1;q=0.5", 0.5],
    [";q=0.5;level=1", 0.5],
    [";q=0.5;q=0.7", 0.5],
    [";qs=0.5", 1],
    [";quality=0", 1],
  ])("of %j is %d", (parameters, weight) => {
    expect(weightOf(parameters)).toStrictEqual([weight]);
  });

  test.each([
    ";q",
    ";q=",
    ";q=x",
    ";q=x;q=1",
    ";q=.5",
    ";q=0.1234",
    ";q=00.5",
    ";q=0x1",
    ";q=1e0",
    ";q=1e-1",
    ";q=1.001",
    ";q=2",
    ";q=-0",
    ";q=-1",
    ";q=+1",
    ";q=NaN",
    ";q=Infinity",
    ";q=0,5",
    ";q =1",
    ";q= 1",
    ';q="1"',
    ";q=1 1",
    ";q=٠",
  ])("that are invalid refuse the member: %j", (parameters) => {
    expect(weightOf(parameters)[0]).toBe(0);
  });

  test("of any text is from 0 to 1", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { weight } of parseAccept(`a;q=${text}`)) {
          expect(weight).toBeGreaterThanOrEqual(0);
          expect(weight).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

test("names are in lower case and without blanks, in the order of the field", () => {
  expect(parseAccept(" TEXT/HTML ;level=1,, */*;q=0.1").map(({ name }) => name)).toStrictEqual([
    "text/html",
    "",
    "*/*",
  ]);
});

describe("the choice", () => {
  const offered = new Map([
    ["a", "A"],
    ["b", "B"],
  ]);
  test.each([
    ["", undefined],
    ["c", undefined],
    ["a;q=0", undefined],
    ["a;q=2", undefined],
    ["a", "A"],
    ["b, a", "B"],
    ["a;q=0.5, b;q=0.5", "A"],
    ["a;q=0.5, b;q=0.501", "B"],
    ["c, b;q=0.001", "B"],
    ["a;q=x, b;q=0.1", "B"],
  ])("of %j is %s", (field, choice) => {
    expect(choose(field, (name) => offered.get(name))).toBe(choice);
  });
});
