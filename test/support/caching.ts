import { vi } from "vitest";
import { toConfig } from "../../functions/core/config/config.ts";
import { createMemoryStore, type MemoryStore } from "../../functions/core/cache/store/memory.ts";
import type { Store } from "../../functions/core/cache/store/store.ts";
import { cache } from "../../functions/core/cache/cache.ts";
import { createLifetimes } from "../../functions/core/cache/lifetimes.ts";
import { createClock, createNext, failureOf, settle, toAnswer, toAsk } from "./layers.ts";

/** The settings' lifetimes in these tests, in seconds: fresh, negative, stale while revalidating, stale if error. */
export const lifetimes = { ttl: 60, negative: 20, behind: 30, onError: 600 };

export interface CachingOptions {
  env?: Record<string, string>;
  store?: (memory: MemoryStore) => Store;
  clock?: ReturnType<typeof createClock>;
  leaseWaitMs?: number;
}

/** A cache layer over calls whose responses the test sets. Sleeping moves the clock. */
export function createCaching({
  env = {},
  store: wrap,
  clock = createClock(),
  leaseWaitMs = 3000,
}: CachingOptions = {}) {
  const next = createNext();
  const config = toConfig({
    CACHE_TTL_SECONDS: String(lifetimes.ttl),
    CACHE_NEGATIVE_TTL_SECONDS: String(lifetimes.negative),
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: String(lifetimes.behind),
    CACHE_STALE_IF_ERROR_SECONDS: String(lifetimes.onError),
    ...env,
  });
  const memory = createMemoryStore({ maxEntries: 100, maxBytes: 2 ** 24, now: clock.now });
  const store = wrap ? wrap(memory) : memory;
  const background: Promise<unknown>[] = [];
  const sleep = vi.fn<(ms: number) => Promise<void>>(async (ms) => clock.step(ms));
  const fetch = cache(next.fetch, {
    store,
    lifetimes: createLifetimes(config),
    now: clock.now,
    elapsed: clock.now,
    sleep,
    waitUntil: (work) => void background.push(work),
    leaseWaitMs,
  });

  /** Sends a request, and ends its call to GitHub, if there is one, like this. */
  async function ask(ending: Parameters<typeof toAnswer>[1] | Error = {}, what = toAsk()) {
    const { length } = next.calls;
    const work = fetch(what);
    work.catch(() => undefined);
    await settle();
    const call = next.calls[length];
    if (ending instanceof Error) call?.fail(ending);
    else call?.answer(toAnswer(clock.now(), ending));
    return work;
  }
  return { clock, next, store, memory, background, sleep, fetch, ask, fail: (error: Error) => failureOf(ask(error)) };
}
