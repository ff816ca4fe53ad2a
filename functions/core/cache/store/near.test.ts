import { describe, expect, test } from "vitest";
import { createClock, textOf, toEntry } from "../../../../test/support/layers.ts";
import { start } from "../../../../test/support/ports.ts";
import { createSharing, driverWith, toStore, watch } from "../../../../test/support/shared-tier.ts";
import { toConfig } from "../../config/config.ts";
import { createLifetimes } from "../lifetimes.ts";
import { describeStore } from "./contract.ts";
import { withNear } from "./near.ts";

const lifetimes = createLifetimes(toConfig({}));

function create(now = () => start) {
  let reads = 0;
  const memory = driverWith();
  const far = watch({ driver: { ...memory, getItem: (key) => ((reads += 1), memory.getItem(key)) } }).tier;
  const background: Promise<unknown>[] = [];
  const waitUntil = (work: Promise<unknown>) => void background.push(work);
  const place = () => {
    const near = watch({ driver: driverWith() }).tier;
    return { near, tier: withNear(near, far, { ...lifetimes, now, waitUntil }) };
  };
  return { far, place, reads: () => reads, ended: () => Promise.all(background) };
}

describeStore("a near tier before a far one", () => {
  const far = watch(createSharing(Date.now)).tier;
  const near = watch({ driver: driverWith() }).tier;
  return { open: () => toStore(withNear(near, far, { ...lifetimes, now: () => start, waitUntil: () => undefined })) };
});

describe("two places over one far tier", () => {
  test("a fresh entry that is near is not looked for farther away", async () => {
    const { place, reads } = create();
    const { tier } = place();
    await tier.set("key", toEntry("1"), 3600);
    expect(textOf((await tier.get("key"))!)).toBe("1");
    expect(reads()).toBe(0);
  });

  test("what is found far away is kept near", async () => {
    const { place, reads, ended } = create();
    const [here, there] = [place(), place()];
    await here.tier.set("key", toEntry("1"), 3600);
    expect(textOf((await there.tier.get("key"))!)).toBe("1");
    await ended();
    await there.tier.get("key");
    expect(reads()).toBe(1);
  });

  test("a stale entry that is near gives way to a newer one, and is better than none", async () => {
    const clock = createClock();
    const { place, far } = create(clock.now);
    const { near, tier } = place();
    await near.set("key", toEntry("old"), 3600);
    clock.step(61_000);
    expect(textOf((await tier.get("key"))!)).toBe("old");
    const times = { validatedAt: start + 60_000, freshUntil: start + 120_000 };
    await far.set("key", toEntry("new", times), 3600);
    expect(textOf((await tier.get("key"))!)).toBe("new");
  });

  test("a result that the far tier refuses is not kept near", async () => {
    const { place, far } = create();
    const { near } = place();
    const refusing = withNear(
      near,
      { ...far, set: async () => false },
      { ...lifetimes, now: () => start, waitUntil: () => undefined },
    );
    expect(await refusing.set("key", toEntry("1"), 3600)).toBe(false);
    expect(await near.get("key")).toBeUndefined();
  });

  test("a purge empties both, and is confirmed by both", async () => {
    const { place, far } = create();
    const { near, tier } = place();
    await tier.set("key", toEntry("1"), 3600);
    expect(await tier.purge("key")).toBe(true);
    expect([await near.get("key"), await far.get("key")]).toStrictEqual([undefined, undefined]);
    const failing = withNear({ ...near, purge: async () => false }, far, {
      ...lifetimes,
      now: () => start,
      waitUntil: () => undefined,
    });
    expect(await failing.purge("key")).toBe(false);
  });

  test("an entry that comes with a turn is kept near", async () => {
    const { far } = create();
    const near = watch({ driver: driverWith() }).tier;
    const background: Promise<unknown>[] = [];
    const tier = withNear(
      near,
      { ...far, turn: async () => ({ entry: toEntry("1") }) },
      { ...lifetimes, now: () => start, waitUntil: (work) => void background.push(work) },
    );
    await tier.turn!("key", 100);
    await Promise.all(background);
    expect(textOf((await near.get("key"))!)).toBe("1");
  });
});
