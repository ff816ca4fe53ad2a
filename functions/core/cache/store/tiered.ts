import type { Entry } from "../../model.ts";
import { isAhead, type Lifetimes } from "../lifetimes.ts";
import type { MemoryStore } from "./memory.ts";
import type { SharedTier } from "./shared.ts";
import type { Store } from "./store.ts";
import { traced } from "./traced.ts";

export interface TieredStoreOptions {
  /** Seconds for which this process keeps an entry of this status that another process stored. */
  keepOf: Lifetimes["keepOf"];
  isFresh: Lifetimes["isFresh"];
  now: () => number;
  /** Tells other processes of a purge; false if that is not certain. */
  announce?: (tags: readonly string[]) => Promise<boolean>;
  /** Keys of the shared tier that have these tags, as far as it can find them. */
  find?: (tags: readonly string[]) => Promise<readonly string[]>;
}

/** The process's own tier in front of a shared one: the newer entry wins. */
export function createTieredStore(
  own: MemoryStore,
  shared: SharedTier,
  { keepOf, isFresh, now, announce, find }: TieredStoreOptions,
): Store {
  function newer(a: Entry | undefined, b: Entry | undefined): Entry | undefined {
    if (!a || !b) return a ?? b;
    // A time in the future says nothing about the age.
    const [aheadA, aheadB] = [isAhead(a, now()), isAhead(b, now())];
    if (aheadA !== aheadB) return aheadA ? b : a;
    return b.validatedAt > a.validatedAt ? b : a;
  }

  return {
    async get(key, trace, latest) {
      const purges = own.purges();
      const here = await own.get(key, trace);
      if (here && isFresh(here, now())) return here;
      const there = await traced("get", "shared", trace, () => shared.get(key, undefined, latest));
      if (!there || newer(here, there) === here) return here;
      // Read again: a refresh may have ended while the shared tier answered.
      const newest = newer(await own.get(key), there);
      if (newest === there && !own.isPurged(key, purges, there.body)) await own.set(key, there, keepOf(there.status));
      return newest;
    },
    async set(key, entry, keepSeconds, trace, lease) {
      const purges = own.purges();
      await own.set(key, entry, keepSeconds, trace);
      const withdraw = async () => {
        if (own.watch(key)() === entry) await own.delete(key);
      };
      if (own.isPurged(key, purges, entry.body)) return { shared: withdraw() };
      return {
        shared: traced("set", "shared", trace, async () => {
          const isKept = await shared.set(key, entry, keepSeconds, lease);
          // Another process purged it in the meantime.
          if (!isKept) await withdraw();
        }),
      };
    },
    keep: (key, entry, keepSeconds) => own.keep(key, entry, keepSeconds),
    async delete(key) {
      await Promise.all([own.delete(key), shared.delete(key)]);
    },
    async purge(purge) {
      // Before the shared tier, so that no earlier refresh writes there any more; and after it, for entries read from it until then.
      const dropped = own.drop(purge);
      const { tags, keys } = dropped;
      const found = await find?.(tags).catch(() => undefined);
      const all = new Set([...keys, ...(found ?? [])]);
      const done = await Promise.all([announce?.(tags) ?? true, ...Array.from(all, (key) => shared.purge(key))]);
      own.drop(dropped);
      return done.every(Boolean) && (found !== undefined || !find);
    },
    purges: own.purges,
    isPurged: own.isPurged,
    watch: (key) => own.watch(key),
    recount: (key) => own.recount?.(key) ?? true,
    lease: (key) => shared.lease(key),
    ...(shared.turn && {
      async turn(key, waitMs) {
        const purges = own.purges();
        const claim = await shared.turn!(key, waitMs);
        const { entry } = claim;
        if (entry && !own.isPurged(key, purges, entry.body)) await own.set(key, entry, keepOf(entry.status));
        return claim;
      },
    }),
  };
}
