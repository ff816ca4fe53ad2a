import fc from "fast-check";
import { expect, test } from "vitest";
import { createJsonCheck } from "./json.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);

/** The verdict on bytes that come in parts of some sizes, over and over. */
function check(bytes: Uint8Array, sizes: readonly number[] = [bytes.length + 1]): boolean {
  const { push, end } = createJsonCheck();
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const to = at + sizes[turn % sizes.length]!;
    if (!push(bytes.subarray(at, to))) return false;
    at = to;
  }
  return end();
}

/** The result of the runtime's own parser. */
function parse(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
    return true;
  } catch {
    return false;
  }
}

const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
/** Characters that JSON is made of, and some that break it. */
const mostly = fc.array(
  fc.constantFrom(
    ...'{}[]:,"\\0123456789.eE+-tfnul /bras\n\u0001\u00e9漢💬'.match(/./gsu)!,
    '"a"',
    "true",
    "null",
    "1.5e-7",
  ),
  { maxLength: 24 },
);

test("takes every JSON text, however it is cut into parts", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(undefined, 2), sizes, (value, indent, parts) => {
      expect(check(utf8(JSON.stringify(value, undefined, indent)), parts)).toBe(true);
    }),
  );
});

test("says of texts that are nearly JSON what JSON.parse says", () => {
  fc.assert(
    fc.property(mostly, sizes, (tokens, parts) => {
      const bytes = utf8(tokens.join(""));
      expect(check(bytes, parts)).toBe(parse(bytes));
    }),
    { numRuns: 5000 },
  );
});

test("says of damaged JSON what JSON.parse says", () => {
  const damage = fc.record({ at: fc.nat(), byte: fc.nat(255), kind: fc.constantFrom("set", "cut", "insert") });
  fc.assert(
    fc.property(fc.jsonValue(), damage, sizes, (value, { at, byte, kind }, parts) => {
      const bytes = [...utf8(JSON.stringify(value))];
      if (kind === "set") bytes[at % bytes.length] = byte;
      else if (kind === "cut") bytes.splice(at % bytes.length);
      else bytes.splice(at % bytes.length, 0, byte);
      expect(check(Uint8Array.from(bytes), parts)).toBe(parse(Uint8Array.from(bytes)));
    }),
    { numRuns: 3000 },
  );
});

test.each<[string, number[]]>([
  ["a lone continuation byte", [0x80]],
  ["an overlong form of two bytes", [0xc0, 0xaf]],
  ["an overlong form of three bytes", [0xe0, 0x80, 0xaf]],
  ["an overlong form of four bytes", [0xf0, 0x80, 0x80, 0xaf]],
  ["half of a surrogate pair", [0xed, 0xa0, 0x80]],
  ["what is beyond U+10FFFF", [0xf4, 0x90, 0x80, 0x80]],
  ["a character that is cut off", [0xe6, 0xbc]],
  ["a byte that UTF-8 does not have", [0xff]],
])("refuses %s in a string", (_, character) => {
  const bytes = Uint8Array.from([0x22, ...character, 0x22]);
  expect(check(bytes)).toBe(false);
  expect(parse(bytes)).toBe(false);
});

test("refuses nothing at all, and a byte order mark", () => {
  expect(check(utf8(""))).toBe(false);
  expect(check(utf8("\ufeff[]"))).toBe(false);
});

test("bears what is nested as deep as it takes, and refuses what is deeper", () => {
  expect(check(utf8("[".repeat(500) + "]".repeat(500)))).toBe(true);
  expect(check(utf8('{"a":'.repeat(500) + "1" + "}".repeat(500)))).toBe(true);
  expect(check(utf8("[".repeat(501) + "]".repeat(501)))).toBe(false);
  expect(check(utf8("[".repeat(9_000_000)))).toBe(false);
});
