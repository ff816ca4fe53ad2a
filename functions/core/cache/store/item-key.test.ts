import fc from "fast-check";
import { expect, test } from "vitest";
import { createStorage } from "unstorage";
import memoryDriver from "unstorage/drivers/memory";
import { toItemKey } from "./item-key.ts";

test("any item key reaches the driver as it is: nothing is left in it that unstorage changes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 1 }), async (key) => {
      const keys: string[] = [];
      const driver = { ...memoryDriver(), setItemRaw: (item: string) => void keys.push(item) };
      await createStorage({ driver }).setItemRaw(toItemKey(key), {});
      expect(keys).toStrictEqual([toItemKey(key)]);
    }),
  );
});

test("different keys stay different", () => {
  const text = fc.array(fc.constantFrom(..."%?/\\:.a2f3", "%3f")).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, text, (one, other) => {
      expect(toItemKey(one) === toItemKey(other)).toBe(one === other);
    }),
  );
});
