import { describe, expect, test } from "vitest";
import { createTurn, type Purged } from "../../../worker/objects/turn.ts";
import {
  createClock,
  createNext,
  down,
  failureOf,
  settle,
  textOf,
  toAnswer,
  toAsk,
  toEntry,
} from "../../../../test/support/layers.ts";
import { start } from "../../../../test/support/ports.ts";
import { driverWith, watch } from "../../../../test/support/shared-tier.ts";
import { toConfig } from "../../config/config.ts";
import { createLifetimes } from "../lifetimes.ts";
import { createRefresh } from "../refresh.ts";
import { createMemoryStore } from "./memory.ts";
import { createTieredStore } from "./tiered.ts";
import { type Turns, withTurns } from "./turns.ts";

const lifetimes = createLifetimes(toConfig({}));

/** Turns in the process, by the code of the Durable Object. */
function createTurns(now: () => number) {
  const calls: string[] = [];
  const objects = new Map<string, ReturnType<typeof createTurn>>();
  const texts = new Map();
  function of(key: string, call: string) {
    calls.push(call);
    let last: ReturnType<Purged["read"]>;
    const purged = {
      read: () => last,
      write: (one: typeof last) => void (last = one),
      clear: () => (last = undefined),
    };
    const object = objects.get(key) ?? createTurn({ id: key, texts, purged, now });
    objects.set(key, object);
    return object;
  }
  const turns: Turns = {
    take: async (key, holder, ms, waitMs) => of(key, "take").take(holder, ms, waitMs),
    settle: async (key, purge, text, freshMs) => of(key, "settle").settle(purge, text, freshMs),
    release: async (key, holder) => of(key, "release").release(holder),
    purge: async (key, purge, ms) => of(key, "purge").purge(purge, ms),
  };
  return { turns, calls };
}

/** Processes that share turns, and nothing else. */
function createProcesses(broken: Partial<Turns> = {}, setItem: () => Promise<void> = async () => undefined) {
  const clock = createClock();
  const { turns, calls } = createTurns(clock.now);
  function create() {
    const next = createNext();
    const watched = watch({ driver: driverWith({ getItem: () => null, setItem }) });
    const errors: string[] = [];
    const log: string[] = [];
    const shared = withTurns(watched.tier, {
      turns: { ...turns, ...broken },
      timeout: 500,
      leaseMs: 5000,
      purgeMs: 20_000,
      maxValueBytes: 1024,
      now: clock.now,
      log: (_level, message) => void log.push(message),
      onError: (operation, reason) => void errors.push(`${operation} ${reason}`),
    });
    const own = createMemoryStore({ maxEntries: 100, maxBytes: 2 ** 24, now: clock.now });
    const store = createTieredStore(own, shared, { ...lifetimes, now: clock.now });
    const background: Promise<unknown>[] = [];
    const refresh = createRefresh(next.fetch, {
      store,
      lifetimes,
      now: clock.now,
      elapsed: clock.now,
      sleep: () => Promise.reject(new Error("nothing is polled")),
      waitUntil: (work) => void background.push(work),
      leaseWaitMs: 3000,
    });
    return { ...next, store, refresh, errors, log, ended: () => Promise.all(background) };
  }
  return { create, calls, clock };
}

describe("processes that take turns", () => {
  test("one calls; the other waits in one call, gets the entry, and keeps it", async () => {
    const { create, calls } = createProcesses();
    const [one, other] = [create(), create()];
    const [first, second] = [one.refresh(toAsk(), undefined), other.refresh(toAsk(), undefined)];
    await settle();
    one.calls[0]!.answer(toAnswer(start, { entry: toEntry("1") }));
    expect(await first).toMatchObject({ handling: "MISS", stored: true });
    const { entry, handling } = await second;
    expect([textOf(entry), handling]).toStrictEqual(["1", "COALESCED"]);
    expect(other.store.watch("one")()).toStrictEqual(entry);
    await one.ended();
    expect(other.calls).toHaveLength(0);
    expect(calls, "none of them more than once").toStrictEqual(["take", "take", "settle"]);
  });

  test("a failure of the holder gives the turn to the one that waits", async () => {
    const { create, calls } = createProcesses();
    const [one, other] = [create(), create()];
    const [first, second] = [one.refresh(toAsk(), undefined), other.refresh(toAsk(), undefined)];
    const failed = failureOf(first);
    await settle();
    one.calls[0]!.fail(down());
    expect((await failed).failure).toBe("bad-gateway");
    await settle();
    other.calls[0]!.answer(toAnswer(start, { entry: toEntry("2") }));
    expect(textOf((await second).entry)).toBe("2");
    expect(calls).toStrictEqual(["take", "take", "release", "settle"]);
  });

  test("what is not stored gives the turn back: a status without lifetime", async () => {
    const { create, calls } = createProcesses();
    const one = create();
    const first = one.refresh(toAsk(), undefined);
    await settle();
    one.calls[0]!.answer(toAnswer(start, { entry: { status: 500 } }));
    await first;
    await one.ended();
    expect(calls).toStrictEqual(["take", "release"]);
  });

  test("a body that is too large to be shared makes nobody wait for a copy: each calls", async () => {
    const { create } = createProcesses();
    const [one, other] = [create(), create()];
    const [first, second] = [one.refresh(toAsk(), undefined), other.refresh(toAsk(), undefined)];
    await settle();
    expect(other.calls).toHaveLength(0);
    one.calls[0]!.answer(toAnswer(start, { entry: toEntry("x".repeat(2000)) }));
    await first;
    await settle();
    other.calls[0]!.answer(toAnswer(start, { entry: toEntry("x".repeat(2000)) }));
    expect((await second).handling).toBe("MISS");
  });

  test("a body that is too large to be shared is kept by each after a purge", async () => {
    const { create } = createProcesses();
    const both = [create(), create()];
    expect(await both[0]!.store.purge({ tags: ["one"], keys: ["one"] })).toBe(true);
    for (const { refresh, calls, store, ended } of both) {
      const large = refresh(toAsk(), undefined);
      await settle();
      calls[0]!.answer(toAnswer(start, { entry: toEntry("x".repeat(2000)) }));
      await large;
      await ended();
      expect(store.watch("one")()).toBeDefined();
    }
  });

  test("a result from before a purge through another process is not kept anywhere", async () => {
    const { create } = createProcesses();
    const [one, other] = [create(), create()];
    const first = one.refresh(toAsk(), undefined);
    await settle();
    expect(await other.store.purge({ tags: ["one"], keys: ["one"] })).toBe(true);
    one.calls[0]!.answer(toAnswer(start, { entry: toEntry("old") }));
    await first;
    await one.ended();
    expect(one.store.watch("one")()).toBeUndefined();
    const second = other.refresh(toAsk(), undefined);
    await settle();
    other.calls[0]!.answer(toAnswer(start, { entry: toEntry("new") }));
    expect(textOf((await second).entry)).toBe("new");
  });

  test.each<[string, () => Promise<never>, string]>([
    ["throw", () => Promise.reject(new Error("overloaded")), "turn error"],
    ["hang", () => new Promise(() => undefined), "turn timeout"],
  ])("turns that %s are done without, counted and logged once", async (_, take, error) => {
    const { create } = createProcesses({ take });
    const one = create();
    const first = one.refresh(toAsk(), undefined);
    await expect.poll(() => one.calls.length).toBe(1);
    one.calls[0]!.answer(toAnswer(start, { entry: toEntry("1") }));
    expect((await first).handling).toBe("MISS");
    // In the pause that follows nobody waits for them again.
    const second = one.refresh(toAsk("two"), undefined);
    await settle();
    expect(one.calls).toHaveLength(2);
    one.calls[1]!.answer(toAnswer(start, { entry: toEntry("2") }));
    await second;
    expect(one.errors).toStrictEqual([error]);
    expect(one.log).toStrictEqual(["shared cache fails: doing without it"]);
  });

  test("a tier that refuses writes does not keep the result from those that wait", async () => {
    const { create } = createProcesses({}, () => Promise.reject(new Error("429 Too Many Requests")));
    const [one, other] = [create(), create()];
    for (const key of ["a", "b", "c"]) {
      const [first, second] = [one.refresh(toAsk(key), undefined), other.refresh(toAsk(key), undefined)];
      await settle();
      one.calls.at(-1)!.answer(toAnswer(start, { entry: toEntry(key) }));
      await first;
      expect(textOf((await second).entry)).toBe(key);
      await one.ended();
    }
    expect(other.calls).toHaveLength(0);
  });

  test("a purge that the turns do not confirm is not confirmed", async () => {
    const { create } = createProcesses({ purge: () => Promise.reject(new Error("down")) });
    expect(await create().store.purge({ tags: ["one"], keys: ["one"] })).toBe(false);
  });
});
