import { describe, expect, test } from "vitest";
import { createStorage } from "unstorage";
import { createClock } from "../../../../test/support/layers.ts";
import { createLruDriver } from "./lru-driver.ts";

interface Value {
  bytes: number;
}

function create({ maxItems = 10, maxBytes = 100 } = {}) {
  const clock = createClock();
  const driver = createLruDriver<Value>({ maxItems, maxBytes, sizeOf: ({ bytes }) => bytes, now: clock.now });
  return { clock, driver, storage: createStorage({ driver }) };
}

describe("by way of unstorage", () => {
  test("an item comes back as the very value that was set", async () => {
    const { storage } = create();
    const value = { bytes: 1 };
    await storage.setItemRaw("a", value);
    expect(await storage.getItemRaw("a")).toBe(value);
    expect(await storage.getItem("a")).toBe(value);
    expect([await storage.hasItem("a"), await storage.getKeys()]).toStrictEqual([true, ["a"]]);
  });

  test("an item that was removed, or never set, is null", async () => {
    const { storage } = create();
    await storage.setItemRaw("a", { bytes: 1 });
    await storage.removeItem("a");
    expect([await storage.getItemRaw("a"), await storage.getItemRaw("b")]).toStrictEqual([null, null]);
    expect([await storage.hasItem("a"), await storage.getKeys()]).toStrictEqual([false, []]);
  });

  test("a ttl is in seconds; without one an item stays", async () => {
    const { clock, storage } = create();
    await storage.setItemRaw("short", { bytes: 1 }, { ttl: 2 });
    await storage.setItemRaw("long", { bytes: 1 });
    clock.step(1999);
    expect(await storage.hasItem("short")).toBe(true);
    clock.step(1);
    expect(await storage.hasItem("short")).toBe(false);
    clock.step(1e12);
    expect(await storage.hasItem("long")).toBe(true);
  });
});

describe("read at once", () => {
  test("is the same value, without a promise", async () => {
    const { driver, storage } = create();
    const value = { bytes: 1 };
    await storage.setItemRaw("a", value);
    expect(driver.read("a")).toBe(value);
    expect(driver.read("b")).toBeUndefined();
  });

  test("counts as a use: the item stays longer than others", async () => {
    const { driver, storage } = create({ maxItems: 2 });
    await storage.setItemRaw("a", { bytes: 1 });
    await storage.setItemRaw("b", { bytes: 1 });
    driver.read("a");
    await storage.setItemRaw("c", { bytes: 1 });
    expect(await storage.getKeys()).toStrictEqual(["c", "a"]);
  });

  test("of an item past its ttl is undefined, and gives back its room", async () => {
    const { clock, driver, storage } = create();
    await storage.setItemRaw("a", { bytes: 7 }, { ttl: 1 });
    clock.step(1000);
    expect(driver.read("a")).toBeUndefined();
    expect(driver.size()).toStrictEqual({ items: 0, bytes: 0 });
  });
});

test("whoever listens knows at any time which items are there, and with which value", () => {
  const kept = new Map<string, Value>();
  const clock = createClock();
  const driver = createLruDriver<Value>({
    maxItems: 3,
    maxBytes: 100,
    sizeOf: ({ bytes }) => bytes,
    now: clock.now,
    onKeep: (key, value) => void kept.set(key, value),
    onDrop(key, value) {
      expect(kept.get(key)).toBe(value);
      kept.delete(key);
    },
  });
  const grown = { bytes: 10 };
  const steps = [
    () => driver.write("a", { bytes: 1 }, 1),
    () => driver.write("b", grown, 10),
    () => driver.write("b", grown, 10),
    () => driver.recount("b"),
    () => driver.write("a", { bytes: 2 }, 1),
    () => driver.write("a", { bytes: 101 }, 1),
    () => ["c", "d", "e", "f"].forEach((key) => driver.write(key, { bytes: 20 }, 1)),
    () => void (clock.step(2000), driver.read("f")),
    () => driver.remove("e"),
    () => driver.removeAll(),
  ];
  for (const step of steps) {
    step();
    const items = new Map(["a", "b", "c", "d", "e", "f"].map((key) => [key, driver.peek(key)] as const));
    expect(kept).toStrictEqual(new Map([...items].filter(([, value]) => value !== undefined)));
  }
});

describe("an item whose size has changed", () => {
  test("is counted anew, and others go where room is short", async () => {
    const { clock, driver, storage } = create();
    const value = { bytes: 40 };
    await storage.setItemRaw("a", { bytes: 50 });
    await storage.setItemRaw("b", value, { ttl: 1 });
    value.bytes = 60;
    expect(driver.recount("b")).toBe(true);
    expect(driver.read("b")).toBe(value);
    expect(driver.size()).toStrictEqual({ items: 1, bytes: 60 });
    clock.step(1000);
    expect(driver.read("b")).toBeUndefined();
  });

  test("stays as counted where it is larger than all there is", async () => {
    const { driver, storage } = create();
    const value = { bytes: 40 };
    await storage.setItemRaw("a", value);
    value.bytes = 101;
    expect(driver.recount("a")).toBe(false);
    expect(driver.read("a")).toBe(value);
    expect(driver.size()).toStrictEqual({ items: 1, bytes: 40 });
  });

  test("is no concern where there is none", () => {
    const { driver } = create();
    expect(driver.recount("a")).toBe(true);
    expect(driver.size()).toStrictEqual({ items: 0, bytes: 0 });
  });
});
