import type { SharedTier } from "./shared.ts";
import type { Entry, Store } from "./store.ts";

export interface TieredStoreOptions {
  /** Seconds for which an entry of this status that another process stored is kept here. */
  keepOf: (status: number) => number;
  now: () => number;
}

/** The process's own tier in front of a shared one: the newer entry wins. */
export function createTieredStore(own: Store, shared: SharedTier, { keepOf, now }: TieredStoreOptions): Store {
  return {
    async get(key) {
      const here = await own.get(key);
      if (here && here.freshUntil > now()) return here;
      const there = await shared.get(key);
      const newest = newer(here, there);
      if (newest && newest === there) await own.set(key, newest, keepOf(newest.status));
      return newest;
    },
    async set(key, entry, keepSeconds) {
      await own.set(key, entry, keepSeconds);
      return { shared: shared.set(key, entry, keepSeconds) };
    },
    async delete(key) {
      await Promise.all([own.delete(key), shared.delete(key)]);
    },
    lease: (key) => shared.lease(key),
  };
}

function newer(a: Entry | undefined, b: Entry | undefined): Entry | undefined {
  if (!a || !b) return a ?? b;
  return b.validatedAt > a.validatedAt ? b : a;
}
