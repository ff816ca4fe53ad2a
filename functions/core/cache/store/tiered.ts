import type { Entry } from "../../model.ts";
import { isAhead, type Policy } from "../policy.ts";
import type { SharedTier } from "./shared.ts";
import { traced } from "./traced.ts";
import type { Store } from "./store.ts";

export interface TieredStoreOptions {
  /** Seconds for which an entry of this status that another process stored is kept here. */
  keepOf: Policy["keepOf"];
  isFresh: Policy["isFresh"];
  now: () => number;
}

/** The process's own tier in front of a shared one: the newer entry wins. */
export function createTieredStore(own: Store, shared: SharedTier, { keepOf, isFresh, now }: TieredStoreOptions): Store {
  function newer(a: Entry | undefined, b: Entry | undefined): Entry | undefined {
    if (!a || !b) return a ?? b;
    // A time that a clock of today cannot have given says nothing.
    const [aheadA, aheadB] = [isAhead(a, now()), isAhead(b, now())];
    if (aheadA !== aheadB) return aheadA ? b : a;
    return b.validatedAt > a.validatedAt ? b : a;
  }

  return {
    async get(key, trace) {
      const generation = own.generation(key);
      const here = await own.get(key, trace);
      if (here && isFresh(here, now())) return here;
      const there = await traced("get", "shared", trace, () => shared.get(key));
      if (!there || newer(here, there) === here) return here;
      // Looked for again, since the shared tier took its time and a refresh may have ended meanwhile.
      const newest = newer(await own.get(key), there);
      if (newest === there && own.generation(key) === generation) await own.set(key, there, keepOf(there.status));
      return newest;
    },
    async set(key, entry, keepSeconds, trace, lease) {
      await own.set(key, entry, keepSeconds, trace);
      return {
        shared: traced("set", "shared", trace, async () => {
          const isKept = await shared.set(key, entry, keepSeconds, lease);
          // Another process purged it meanwhile.
          if (!isKept && own.watch(key)() === entry) await own.delete(key);
        }),
      };
    },
    async delete(key) {
      await Promise.all([own.delete(key), shared.delete(key)]);
    },
    async purge(key) {
      // Before, so that nothing of before is written there any more; and after, for what was read there until then.
      await own.purge(key);
      const everywhere = await shared.purge(key);
      return (await own.purge(key)) && everywhere;
    },
    generation: own.generation,
    watch: (key) => own.watch(key),
    recount: (key) => own.recount?.(key) ?? true,
    lease: (key) => shared.lease(key),
  };
}
