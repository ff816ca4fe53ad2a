import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { toEntry } from "../../../../test/support/layers.ts";
import { driverWith, watch } from "../../../../test/support/shared-tier.ts";

const timeout = 100;
const never = () => new Promise<never>(() => undefined);

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

/** A tier whose reads do what `read` says at the time, with the number of times they were tried. */
function withReads(initial: () => unknown) {
  const state = { read: initial, tried: 0 };
  const getItem = () => {
    state.tried += 1;
    return state.read() as never;
  };
  return { state, ...watch({ driver: driverWith({ getItem }) }, { timeout, now: Date.now }) };
}

/** What a read resolves with, and the milliseconds that it took. */
async function time<T>(work: Promise<T>): Promise<{ value: T; ms: number }> {
  const since = Date.now();
  const timed = work.then((value) => ({ value, ms: Date.now() - since }));
  await vi.advanceTimersByTimeAsync(timeout * 3);
  return timed;
}

const faults = {
  hangs: { read: never, reason: "timeout" },
  rejects: { read: () => Promise.reject(new Error("OOM")), reason: "error" },
  "throws at once": {
    read: () => {
      throw new TypeError("no driver");
    },
    reason: "error",
  },
  "rejects with what is no error": { read: () => Promise.reject("down"), reason: "error" },
  "answers too late": { read: () => new Promise((done) => setTimeout(done, timeout + 1, "x")), reason: "timeout" },
  "fails too late": {
    read: () => new Promise((_, fail) => setTimeout(fail, timeout + 1, new Error("late"))),
    reason: "timeout",
  },
};

describe.each(Object.entries(faults))("a driver that %s", (_, { read, reason }) => {
  test("reads as empty within the bound, is counted and logged", async () => {
    const { tier, errors, log } = withReads(read);
    const { value, ms } = await time(tier.get("key"));
    expect(value).toBeUndefined();
    expect(ms).toBeLessThanOrEqual(timeout);
    expect(errors).toStrictEqual([`get ${reason}`]);
    expect(log).toStrictEqual(["warn: shared cache fails: doing without it"]);
  });

  test("is left alone for a while, longer each time, at most half a minute", async () => {
    const { state, tier } = withReads(read);
    const pauses: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      await time(tier.get("key"));
      const failedAt = Date.now() - timeout * 3;
      const { tried } = state;
      while (state.tried === tried) {
        await vi.advanceTimersByTimeAsync(50);
        void tier.get("key");
      }
      pauses.push(Date.now() - failedAt);
      await vi.advanceTimersByTimeAsync(timeout * 3);
      await vi.advanceTimersByTimeAsync(60_000);
    }
    expect(pauses[0]).toBeLessThan(1000);
    for (let n = 1; n < pauses.length; n += 1)
      expect(pauses[n]).toBeGreaterThanOrEqual(Math.min(pauses[n - 1]!, 29_000));
    expect(pauses.at(-1)).toBeGreaterThan(29_000);
    expect(pauses.at(-1)).toBeLessThan(31_000);
  });
});

describe("a tier that went", () => {
  test("is not asked meanwhile, and costs no time", async () => {
    const { state, tier } = withReads(never);
    await time(tier.get("key"));
    const since = Date.now();
    const work = Promise.all([tier.get("a"), tier.get("b")]);
    await expect(work).resolves.toStrictEqual([undefined, undefined]);
    expect([state.tried, Date.now() - since]).toStrictEqual([1, 0]);
  });

  test("is logged once when it goes and once when it comes back", async () => {
    const { state, tier, log } = withReads(never);
    for (let n = 0; n < 5; n += 1) {
      await time(tier.get("key"));
      await vi.advanceTimersByTimeAsync(60_000);
    }
    state.read = () => null;
    for (let n = 0; n < 3; n += 1) await time(tier.get("key"));
    expect(log).toStrictEqual(["warn: shared cache fails: doing without it", "info: shared cache is back"]);
  });

  test("is tried again soon after it came back and went once more", async () => {
    const { state, tier } = withReads(never);
    for (let n = 0; n < 6; n += 1) {
      await time(tier.get("key"));
      await vi.advanceTimersByTimeAsync(60_000);
    }
    state.read = () => null;
    await time(tier.get("key"));
    state.read = never;
    await time(tier.get("key"));
    const { tried } = state;
    await vi.advanceTimersByTimeAsync(500);
    void tier.get("key");
    expect(state.tried).toBe(tried + 1);
    await vi.advanceTimersByTimeAsync(timeout);
  });

  test("many failures of one moment count as one: the first pause stays short", async () => {
    const { state, tier, errors } = withReads(never);
    await time(Promise.all(Array.from({ length: 50 }, (_, n) => tier.get(String(n)))));
    expect(errors).toHaveLength(50);
    await vi.advanceTimersByTimeAsync(500);
    state.read = () => null;
    await tier.get("key");
    expect(state.tried).toBe(51);
  });

  test("an answer to what was asked before it went does not bring it back", async () => {
    const answers = [() => new Promise((done) => setTimeout(done, 50, null)), () => Promise.reject(new Error("down"))];
    const { tier, log } = withReads(() => answers.shift()?.());
    await time(Promise.all([tier.get("a"), tier.get("b")]));
    expect(log).toStrictEqual(["warn: shared cache fails: doing without it"]);
  });

  test("is tried again within the longest pause after the clock was set back", async () => {
    const { state, tier } = withReads(never);
    await time(tier.get("key"));
    vi.setSystemTime(Date.now() - 3_600_000);
    await vi.advanceTimersByTimeAsync(30_000);
    void tier.get("key");
    expect(state.tried).toBe(2);
    await vi.advanceTimersByTimeAsync(timeout);
  });
});

describe("reads and writes", () => {
  test("go apart: a full tier that refuses writes is still read", async () => {
    const driver = driverWith({ setItem: () => Promise.reject(new Error("OOM command not allowed")) });
    const { tier, errors } = watch({ driver }, { timeout, now: Date.now });
    await tier.set("key", toEntry(), 60);
    await driver.setItemRaw?.("key", "garbage", {});
    await tier.get("key");
    await tier.delete("key");
    expect(errors).toStrictEqual(["set error"]);
  });

  test("leave no timer running", async () => {
    const { tier } = withReads(() => null);
    await tier.get("key");
    await tier.set("key", toEntry(), 60);
    expect(vi.getTimerCount()).toBe(0);
  });
});
