import type { Driver } from "unstorage";
import { createStorage } from "unstorage";
import { decodeEntry, encodeEntry } from "./codec.ts";
import { createGuard, type GuardOptions } from "./guard.ts";
import { toItemKey } from "./item-key.ts";
import type { Entry } from "./store.ts";

/** How processes agree on who refreshes a key. */
export interface Leases {
  /** True where it was free and is now `holder`'s for `ms` milliseconds. */
  take(key: string, holder: string, ms: number): Promise<boolean>;
  /** Gives it back where it is still `holder`'s. */
  release(key: string, holder: string): Promise<void>;
}

/** A tier that several processes use: like a store, but it can be away. */
export interface SharedTier {
  get(key: string): Promise<Entry | undefined>;
  set(key: string, entry: Entry, keepSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  lease(key: string): Promise<(() => Promise<void>) | undefined>;
}

export interface SharedTierOptions extends GuardOptions {
  driver: Driver;
  /** Absent where the tier has no atomic operation (Workers KV). */
  leases?: Leases;
  /** Longest time that a lease holds others off, in milliseconds. */
  leaseMs: number;
  /** Told where what was read is not an entry of this version and key. */
  onGarbage: () => void;
}

const free = async (): Promise<void> => undefined;

/** A tier over an unstorage driver. Nothing here throws or takes longer than the guard's bound. */
export function createSharedTier({ driver, leases, leaseMs, onGarbage, ...guard }: SharedTierOptions): SharedTier {
  const storage = createStorage<string>({ driver });
  // Apart, since a full tier refuses writes and still reads.
  const reading = createGuard(guard);
  const writing = createGuard(guard);

  return {
    async get(key) {
      const text = await reading("get", () => storage.getItem(toItemKey(key)));
      if (text === undefined || text === null) return undefined;
      const entry = decodeEntry(key, text);
      if (!entry) onGarbage();
      return entry;
    },
    async set(key, entry, keepSeconds) {
      const ttl = Math.max(Math.ceil(keepSeconds), 1);
      await writing("set", () => storage.setItem(toItemKey(key), encodeEntry(key, entry), { ttl }));
    },
    async delete(key) {
      await writing("delete", () => storage.removeItem(toItemKey(key)));
    },
    async lease(key) {
      // What does not answer reads is not waited for again.
      if (!leases || reading.isPaused()) return free;
      const holder = crypto.randomUUID();
      // A write: a full tier refuses it, and is read on.
      const taken = await writing("lease", () => leases.take(toItemKey(key), holder, leaseMs));
      if (taken === false) return undefined;
      if (taken === undefined) return free;
      return async () => {
        await writing("release", () => leases.release(toItemKey(key), holder));
      };
    },
  };
}
