import fc from "fast-check";
import { expect, test } from "vitest";
import { createTagIndex } from "./tag-index.ts";

test("it has what was added and not removed, and no room for anything else", () => {
  const step = fc.record({
    isAdded: fc.boolean(),
    tag: fc.constantFrom("a", "b"),
    item: fc.constantFrom("1", "2", "3"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const index = createTagIndex();
      const model = new Set<string>();
      for (const { isAdded, tag, item } of steps) {
        index[isAdded ? "add" : "remove"](tag, item);
        model[isAdded ? "add" : "delete"](`${tag}${item}`);
      }
      for (const tag of ["a", "b"]) {
        const expected = [...model].filter((pair) => pair.startsWith(tag)).map((pair) => pair.slice(1));
        expect([...index.find(tag)].sort()).toStrictEqual(expected.sort());
      }
      expect(index.size()).toBe(new Set([...model].map(([tag]) => tag)).size);
    }),
  );
});
