import { Command } from "ioredis";
import { describe, expect, test } from "vitest";
import { entryKey, leaseKey, purgeKey } from "./keys.ts";

const slotOf = (key: string) => new Command("get", [key]).getSlot();

describe("the keys of an item", () => {
  test.each(["2022-11-28,json,gists,1", "a{b}c", "}", "{}", "}{", "{user}.x", "ключ"])(
    "%j are in one slot of a Cluster",
    (item) => {
      const slots = [entryKey, leaseKey, purgeKey].map((toKey) => slotOf(toKey(item)));
      expect(new Set(slots).size).toBe(1);
    },
  );

  test("are different, and spread over the slots", () => {
    const items = Array.from({ length: 1000 }, (_, n) => `2022-11-28,json,gists,${n}`);
    expect(new Set(items.flatMap((item) => [entryKey(item), leaseKey(item), purgeKey(item)])).size).toBe(3000);
    const thirds = items.map((item) => Math.floor((slotOf(entryKey(item))! * 3) / 16_384));
    for (const third of [0, 1, 2]) expect(thirds.filter((one) => one === third).length).toBeGreaterThan(200);
    expect(entryKey("a{b")).not.toBe(entryKey("a}b"));
  });
});
