import type { Driver } from "unstorage";
import { createStorage } from "unstorage";
import { decodeEntry, encodeEntry, tooLarge } from "./codec.ts";
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
  /** Largest body that is shared, in bytes: a link that carries one for longer than the guard waits carries nothing else meanwhile. */
  maxValueBytes: number;
  /** Told of each entry that is larger. */
  onSkip: () => void;
  /** Told where what was read is not an entry of this version and key. */
  onGarbage: () => void;
}

const free = async (): Promise<void> => undefined;

/** Most keys that are remembered as too large. */
const maxLarge = 1000;

/** A tier over an unstorage driver. Nothing here throws or takes longer than the guard's bound. */
export function createSharedTier(options: SharedTierOptions): SharedTier {
  const { driver, leases, leaseMs, maxValueBytes, onSkip, onGarbage, ...guard } = options;
  const storage = createStorage<string>({ driver });
  // Apart, since a full tier refuses writes and still reads.
  const reading = createGuard(guard);
  const writing = createGuard(guard);
  /** Keys whose entry nobody shares: there is nothing to wait for. */
  const large = new Set<string>();

  function remember(key: string, isLarge: boolean): void {
    large.delete(key);
    if (isLarge) large.add(key);
    if (large.size > maxLarge) large.delete(large.values().next().value!);
  }

  return {
    async get(key) {
      const text = await reading("get", () => storage.getItem(toItemKey(key)));
      if (text !== undefined) remember(key, text === tooLarge);
      if (text === undefined || text === null || text === tooLarge) return undefined;
      const entry = decodeEntry(key, text);
      if (!entry) onGarbage();
      return entry;
    },
    async set(key, entry, keepSeconds) {
      const ttl = Math.max(Math.ceil(keepSeconds), 1);
      const isLarge = entry.body.byteLength > maxValueBytes;
      if (isLarge) onSkip();
      remember(key, isLarge);
      // Whoever waits for it is told that it will not come.
      const text = isLarge ? tooLarge : encodeEntry(key, entry);
      await writing("set", () => storage.setItem(toItemKey(key), text, { ttl }));
    },
    async delete(key) {
      await writing("delete", () => storage.removeItem(toItemKey(key)));
    },
    async lease(key) {
      // What does not answer reads is not waited for again.
      if (!leases || large.has(key) || reading.isPaused()) return free;
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
