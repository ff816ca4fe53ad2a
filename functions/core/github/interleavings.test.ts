import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toConfig } from "../config/config.ts";
import { createClock, down, toAnswer, toAsk, toEntry, toPurge } from "../../../test/support/layers.ts";
import { createSharing, driverWith, watch } from "../../../test/support/shared-tier.ts";
import { createMemoryStore } from "../cache/store/memory.ts";
import { createTieredStore } from "../cache/store/tiered.ts";
import { cache } from "../cache/cache.ts";
import { coalesce } from "../cache/coalesce.ts";
import { createLifetimes } from "../cache/lifetimes.ts";

const lifetimes = createLifetimes(toConfig({}));
const runs = { seed: 20_261_123, numRuns: 150 };

/** Processes over one shared tier and one GitHub whose every step happens when the scheduler says so. */
function createProcesses(scheduler: fc.Scheduler, count: number, fails: readonly boolean[]) {
  const clock = createClock();
  const sharing = createSharing(clock.now);
  /** The same, with a way to the tier and back that takes its time. */
  function afar<A extends unknown[], T>(run: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
    return async (...args) => {
      await scheduler.schedule(Promise.resolve(), "there");
      const value = await run(...args);
      await scheduler.schedule(Promise.resolve(), "and back");
      return value;
    };
  }
  const { take, release, store, purge } = sharing.leases;
  const leases = { take: afar(take), release: afar(release), store: afar(store), purge: afar(purge) };
  const driver = driverWith({ getItem: afar(async (key: string) => sharing.driver.getItem(key)) });
  let version = "";
  const calls: { key: string; process: number; failed: boolean }[] = [];
  const underWay = new Map<string, number>();
  let most = 0;
  const next = (process: number) => async (ask: ReturnType<typeof toAsk>) => {
    const { key } = ask.resource;
    const failed = fails[calls.length % fails.length] ?? false;
    calls.push({ key, process, failed });
    underWay.set(key, (underWay.get(key) ?? 0) + 1);
    most = Math.max(most, underWay.get(key)!);
    const body = `"${key}${version}"`;
    // Slower than the tier.
    for (let step = 0; step < 4; step += 1) await scheduler.schedule(Promise.resolve(), `GitHub for ${process}`);
    underWay.set(key, underWay.get(key)! - 1);
    if (failed) throw down(502);
    return toAnswer(clock.now(), { entry: toEntry(body, { validatedAt: clock.now() }) });
  };
  const processes = Array.from({ length: count }, (_, process) => {
    const { tier } = watch({ driver, leases }, { now: clock.now, timeout: 60_000, leaseMs: 1e9 });
    const own = createMemoryStore({ maxEntries: 100, maxBytes: 2 ** 20, now: clock.now });
    const store = createTieredStore(own, tier, { ...lifetimes, now: clock.now });
    const options = {
      store,
      lifetimes,
      now: clock.now,
      elapsed: () => 0,
      // Every look at the lease is a step of the scheduler already: no time passes.
      sleep: async () => undefined,
      waitUntil: () => undefined,
      leaseWaitMs: 1e9,
    };
    const fetch = coalesce(cache(next(process), options), {
      store,
      waitUntil: () => undefined,
      onWaiters: () => undefined,
    });
    return Object.assign(fetch, { purge: store.purge });
  });
  return { clock, processes, calls, most: () => most, publish: (next: string) => void (version = next) };
}

const asks = fc.array(fc.record({ process: fc.nat(3), key: fc.constantFrom("a", "b") }), {
  minLength: 1,
  maxLength: 12,
});

describe("processes that share a tier with leases, in whatever order their steps happen", () => {
  test("ask GitHub once for each cold key, and all give its bytes", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), asks, async (scheduler, wanted) => {
        const { processes, calls } = createProcesses(scheduler, 4, [false]);
        const work = Promise.all(
          wanted.map(async ({ process, key }) => ({ key, answer: await processes[process]!(toAsk(key)) })),
        );
        const answers = await scheduler.waitFor(work);
        for (const { key, answer } of answers) expect(new TextDecoder().decode(answer.entry.body)).toBe(`"${key}"`);
        expect(calls.map(({ key }) => key).sort()).toStrictEqual([...new Set(wanted.map(({ key }) => key))].sort());
      }),
      runs,
    );
  });

  test(
    "where calls fail too: never two at once for a key, and none once it is known",
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          asks,
          fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
          async (scheduler, wanted, fails) => {
            const { processes, calls, most } = createProcesses(scheduler, 4, fails);
            await scheduler.waitFor(
              Promise.allSettled(wanted.map(({ process, key }) => processes[process]!(toAsk(key)))),
            );
            expect(most()).toBe(1);
            for (const key of ["a", "b"])
              expect(calls.filter((call) => call.key === key && !call.failed).length).toBeLessThanOrEqual(1);
          },
        ),
        runs,
      );
    },
  );

  test("ask once more for a key past its time, however many find it so", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), asks, async (scheduler, wanted) => {
        const { clock, processes, calls } = createProcesses(scheduler, 4, [false]);
        await scheduler.waitFor(processes[0]!(toAsk("a")));
        await scheduler.waitIdle();
        clock.step(3_600_000);
        await scheduler.waitFor(Promise.all(wanted.map(({ process }) => processes[process]!(toAsk("a")))));
        expect(calls).toHaveLength(2);
      }),
      runs,
    );
  });

  test("after a purge give nothing that was asked before, nor find it in the tier", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), asks, fc.boolean(), async (scheduler, wanted, known) => {
        const { clock, processes, publish } = createProcesses(scheduler, 5, [false]);
        const [purging, ...others] = processes;
        const textOf = async (process: (typeof processes)[number]) =>
          new TextDecoder().decode((await process(toAsk("a"))).entry.body);
        if (known) {
          await scheduler.waitFor(textOf(purging!));
          await scheduler.waitIdle();
          clock.step(70_000);
        }
        const before = Promise.all(wanted.map(({ process }) => processes[process]!(toAsk("a"))));
        await scheduler.waitFor(scheduler.schedule(Promise.resolve(), "an operator comes"));
        publish(" changed");
        expect(await scheduler.waitFor(purging!.purge(toPurge("a")))).toBe(true);
        expect(await scheduler.waitFor(textOf(purging!))).toBe('"a changed"');
        await scheduler.waitFor(before);
        await scheduler.waitIdle();
        expect(await scheduler.waitFor(textOf(purging!))).toBe('"a changed"');
        expect(await scheduler.waitFor(textOf(others.at(-1)!)), "one that has no copy").toBe('"a changed"');
      }),
      runs,
    );
  });
});
