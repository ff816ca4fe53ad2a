import fc from "fast-check";
import { expect, test } from "vitest";
import { asArray, asLines, isArray, joinPages } from "./join.ts";

const toBody = (text: string) => new TextEncoder().encode(text);
const toText = (body: Uint8Array) => new TextDecoder().decode(body);
const join = (...pages: string[]) => toText(joinPages(pages.map(toBody), asArray));
const lines = (...pages: string[]) => toText(joinPages(pages.map(toBody), asLines));

const item = fc.oneof(
  fc.jsonValue(),
  fc.record({ id: fc.oneof(fc.constantFrom("a", "b", 'c"\\', "[{"), fc.integer(), fc.string()), rest: fc.jsonValue() }),
);

/** The elements without those whose `id` is a string that came before. */
function withoutRepeated(items: unknown[]): unknown[] {
  const seen = new Set<string>();
  return items.filter((one) => {
    if (typeof one !== "object" || one === null || Array.isArray(one) || !Object.hasOwn(one, "id")) return true;
    const { id } = one as { id: unknown };
    if (typeof id !== "string" || !seen.has(id)) return Boolean(typeof id === "string" ? seen.add(id) : true);
    return false;
  });
}

test("pages become one array, and a line for each element", () => {
  fc.assert(
    fc.property(fc.array(fc.array(item), { maxLength: 4 }), fc.constantFrom(0, 2), (pages, indent) => {
      const bodies = pages.map((page) => JSON.stringify(page, null, indent));
      const expected = withoutRepeated(pages.flat());
      // What JSON.parse gives of the same text: -0 and `__proto__` are not the point here.
      expect(JSON.parse(join(...bodies))).toEqual(JSON.parse(JSON.stringify(expected)));
      const text = lines(...bodies);
      const each = text === "" ? [] : text.replace(/\n$/, "").split("\n");
      expect(each.map((line) => JSON.parse(line) as unknown)).toEqual(JSON.parse(JSON.stringify(expected)));
    }),
    { numRuns: 500 },
  );
});

test("the bytes of each element are kept", () => {
  const odd = '{ "id" : "1", "n":1.0e2,"s":"\\u00e9\\/", "x":[ 1 , {"id":"2"} ] }';
  expect(join(`[${odd}]`, `[ {"id":"2"} ,\n5 ]`)).toBe(`[${odd},{"id":"2"},5]`);
  expect(lines(`[${odd}]`, `[{"id":"2"}]`)).toBe(`${odd}\n{"id":"2"}\n`);
});

test.each([
  ["an item on two pages comes once", ['[{"id":"a"},{"id":"b"}]', '[{"id":"b"},{"id":"c"}]'], ["a", "b", "c"]],
  [
    "an id inside an item is not its own",
    ['[{"owner":{"id":"a"},"id":"x"}]', '[{"owner":{"id":"a"},"id":"y"}]'],
    ["x", "y"],
  ],
  ["a value `id` is no name", ['[{"v":"id","w":"a","id":"x"}]', '[{"v":"id","w":"a","id":"y"}]'], ["x", "y"]],
])("%s", (_, pages, ids) => {
  expect((JSON.parse(join(...pages)) as { id: string }[]).map(({ id }) => id)).toEqual(ids);
});

test("nothing is one empty array, and no line", () => {
  expect(join("[]", " [ ]")).toBe("[]");
  expect(lines("[]")).toBe("");
});

test("an array is told from what is none", () => {
  expect(["[]", " \n[1]", "{}", '"["', ""].map((text) => isArray(toBody(text)))).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
