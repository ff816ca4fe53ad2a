import { describe, expect, test } from "vitest";
import { createClock, textOf, toEntry, toPurge } from "../../../../test/support/layers.ts";
import { start } from "../../../../test/support/ports.ts";
import { createSharing, driverWith, toStore, watch } from "../../../../test/support/shared-tier.ts";
import { toConfig } from "../../config/config.ts";
import { createLifetimes } from "../lifetimes.ts";
import { describeStore } from "./contract.ts";
import { createMemoryStore } from "./memory.ts";
import type { SharedTier } from "./shared.ts";
import { createTieredStore } from "./tiered.ts";

const { isFresh } = createLifetimes(toConfig({}));
const room = { maxEntries: 100, maxBytes: 2 ** 24 };

function createTiered(shared: SharedTier, now = () => start) {
  const own = createMemoryStore({ ...room, now });
  return { own, store: createTieredStore(own, shared, { keepOf: () => 3600, isFresh, now }) };
}

describeStore("memory before a shared tier", () => {
  const { tier } = watch(createSharing(Date.now));
  return { open: () => createTiered(tier).store };
});

describeStore("a shared tier behind a memory that holds nothing", () => {
  const { tier } = watch(createSharing(Date.now));
  const nothing = createMemoryStore({ maxEntries: 1, maxBytes: 1, now: () => start });
  return { open: () => createTieredStore(nothing, tier, { keepOf: () => 3600, isFresh, now: () => start }) };
});

describe("two processes over one shared tier", () => {
  test("what one keeps the other has, and then holds itself", async () => {
    const { tier } = watch({ driver: driverWith() });
    const [one, two] = [createTiered(tier), createTiered(tier)];
    const { shared } = await one.store.set("key", toEntry("1"), 60);
    await shared;
    expect(textOf((await two.store.get("key"))!)).toBe("1");
    expect(two.own.size().entries).toBe(1);
    await tier.delete("key");
    expect(textOf((await two.store.get("key"))!)).toBe("1");
  });

  test("a fresh entry of one's own is not looked for in the shared tier", async () => {
    let reads = 0;
    const { tier } = watch({ driver: driverWith({ getItem: () => void (reads += 1) as never }) });
    const clock = createClock();
    const { store } = createTiered(tier, clock.now);
    await store.set("key", toEntry("1"), 3600);
    await store.get("key");
    expect(reads).toBe(0);
    clock.step(60_000);
    await store.get("key");
    expect(reads).toBe(1);
  });

  test("the newer entry wins, wherever it is", async () => {
    const clock = createClock();
    const shared = toStore(watch({ driver: driverWith() }).tier);
    const { store } = createTiered(watch({ driver: driverWith() }).tier, clock.now);
    const { own, store: both } = createTiered({ ...shared, set: async () => true, purge: async () => true }, clock.now);
    expect(await store.get("key")).toBeUndefined();
    await own.set("key", toEntry("mine"), 3600);
    await (
      await shared.set("key", toEntry("theirs", { validatedAt: start + 1 }), 3600)
    ).shared;
    clock.step(60_000);
    expect(textOf((await both.get("key"))!)).toBe("theirs");
    await own.set("key", toEntry("mine again", { validatedAt: start + 2 }), 3600);
    expect(textOf((await both.get("key"))!)).toBe("mine again");
  });

  test("an entry that a clock set back has left in the future is not the newer one", async () => {
    const clock = createClock();
    const { tier } = watch({ driver: driverWith() });
    const { store } = createTiered(tier, clock.now);
    await store.set("key", toEntry("of a wrong clock"), 1e6);
    clock.step(-86_400_000);
    await tier.set("key", toEntry("of today", { validatedAt: clock.now(), freshUntil: clock.now() + 60_000 }), 3600);
    expect(textOf((await store.get("key"))!)).toBe("of today");
  });

  test("a slow look into the shared tier does not undo what was kept meanwhile", async () => {
    const late = Promise.withResolvers<ReturnType<typeof toEntry>>();
    const { tier } = watch({ driver: driverWith() });
    const { store } = createTiered({ ...tier, get: () => late.promise });
    const look = store.get("key");
    await store.set("key", toEntry("new", { validatedAt: start + 1000 }), 3600);
    late.resolve(toEntry("old", { freshUntil: start }));
    await look;
    expect(textOf((await store.get("key"))!)).toBe("new");
  });

  test("what is deleted is gone from both", async () => {
    const { tier } = watch({ driver: driverWith() });
    const [one, two] = [createTiered(tier), createTiered(tier)];
    const { shared } = await one.store.set("key", toEntry("1"), 60);
    await shared;
    await one.store.delete("key");
    expect(await one.store.get("key")).toBeUndefined();
    expect(await two.store.get("key")).toBeUndefined();
  });

  test("what is purged while it is looked for in the shared tier is not kept", async () => {
    const late = Promise.withResolvers<ReturnType<typeof toEntry>>();
    const { tier } = watch({ driver: driverWith() });
    const { store } = createTiered({ ...tier, get: () => late.promise });
    const look = store.get("key");
    expect(await store.purge(toPurge("key"))).toBe(true);
    late.resolve(toEntry("old"));
    await look;
    expect(store.watch("key")()).toBeUndefined();
  });

  test("what is purged on its way to the shared tier does not arrive there", async () => {
    const driver = driverWith();
    const { store } = createTiered(watch({ driver }).tier);
    const kept = store.set("key", toEntry("1"), 3600);
    const purged = store.purge(toPurge("key"));
    await (
      await kept
    ).shared;
    expect(await purged).toBe(true);
    expect(await driver.getItem("key")).toBeNull();
    expect(store.watch("key")()).toBeUndefined();
  });

  test("what is purged is gone here, and said not to be gone where the shared tier fails, left alone or not", async () => {
    let isDown = true;
    const removeItem = async () => {
      if (isDown) throw new Error("down");
    };
    const { store } = createTiered(watch({ driver: driverWith({ removeItem }) }).tier);
    for (let n = 0; n < 2; n += 1) {
      await store.set("key", toEntry("1"), 3600);
      const watched = store.watch("key");
      expect(await store.purge(toPurge("key"))).toBe(false);
      expect(watched()).toBeUndefined();
    }
    isDown = false;
    expect(await store.purge(toPurge("key")), "tried although it failed a moment ago").toBe(true);
  });

  test("a shared tier that fails leaves one's own: reads, writes, deletes and leases go on", async () => {
    const fails = () => Promise.reject(new Error("down"));
    const driver = driverWith({ getItem: fails, setItem: fails, removeItem: fails });
    const clock = createClock();
    const { store } = createTiered(
      watch({ driver, leases: { take: fails, release: fails, store: fails, purge: fails } }).tier,
      clock.now,
    );
    const { shared } = await store.set("key", toEntry("1"), 3600);
    await expect(shared).resolves.toBeUndefined();
    clock.step(120_000);
    expect(textOf((await store.get("key"))!)).toBe("1");
    expect(await store.lease("key")).toBeTypeOf("function");
    await store.delete("key");
    expect(await store.get("key")).toBeUndefined();
  });
});
