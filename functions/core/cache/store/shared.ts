import type { Entry } from "../../model.ts";
import type { Driver } from "unstorage";
import { createStorage } from "unstorage";
import { decodeEntry, encodeEntry, tooLarge } from "./codec.ts";
import { createGuard, type GuardOptions } from "./guard.ts";
import { toItemKey } from "./item-key.ts";
import type { Lease } from "./store.ts";

/** How processes agree on who refreshes a key, and on what was purged. Each is one atomic step. */
export interface Leases {
  /** Where it was free it is now `holder`'s for `ms` milliseconds, and this the key's last purge, "" for none of late; else undefined. */
  take(key: string, holder: string, ms: number): Promise<string | undefined>;
  /** Gives it back where it is still `holder`'s. */
  release(key: string, holder: string): Promise<void>;
  /** Stores a text for `ttl` seconds, unless the key was purged lately by another purge than this; false where it was. */
  store(key: string, text: string, ttl: number, purge: string): Promise<boolean>;
  /** Drops a key and its lease; the purge is remembered for `ms` milliseconds. */
  purge(key: string, purge: string, ms: number): Promise<void>;
}

/** A tier that several processes use: like a store, but it can be away. */
export interface SharedTier {
  get(key: string): Promise<Entry | undefined>;
  /** False where it was refused: the key was purged after the lease was taken. */
  set(key: string, entry: Entry, keepSeconds: number, lease?: Lease): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** True where the tier confirmed it. */
  purge(key: string): Promise<boolean>;
  lease(key: string): Promise<Lease | undefined>;
}

export interface SharedTierOptions extends GuardOptions {
  driver: Driver;
  /** Absent where the tier has no atomic operation (Workers KV). */
  leases?: Leases;
  /** Longest time that a lease holds others off, in milliseconds. */
  leaseMs: number;
  /** How long a purge is remembered: longer than any refresh takes, in milliseconds. */
  purgeMs: number;
  /** Largest body that is shared, in bytes: a link that carries one for longer than the guard waits carries nothing else meanwhile. */
  maxValueBytes: number;
  /** Told of each entry that is larger. */
  onSkip: () => void;
  /** Told where what was read is not an entry of this version and key. */
  onGarbage: () => void;
}

const free: Lease = async () => undefined;

/** Most keys that are remembered as too large. */
const maxLarge = 1000;

/** A tier over an unstorage driver. Nothing here throws or takes longer than the guard's bound. */
export function createSharedTier(options: SharedTierOptions): SharedTier {
  const { driver, leases, leaseMs, purgeMs, maxValueBytes, onSkip, onGarbage, ...guard } = options;
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
    async set(key, entry, keepSeconds, lease) {
      const ttl = Math.max(Math.ceil(keepSeconds), 1);
      const isLarge = entry.body.byteLength > maxValueBytes;
      if (isLarge) onSkip();
      remember(key, isLarge);
      // Whoever waits for it is told that it will not come.
      const text = isLarge ? tooLarge : encodeEntry(key, entry);
      const kept = await writing("set", async () => {
        if (leases) return leases.store(toItemKey(key), text, ttl, lease?.purge ?? "");
        await storage.setItem(toItemKey(key), text, { ttl });
        return true;
      });
      return kept !== false;
    },
    async delete(key) {
      await writing("delete", () => storage.removeItem(toItemKey(key)));
    },
    async purge(key) {
      const item = toItemKey(key);
      const done = await writing(
        "purge",
        async () => {
          await (leases ? leases.purge(item, crypto.randomUUID(), purgeMs) : storage.removeItem(item));
          return true;
        },
        true,
      );
      return done === true;
    },
    async lease(key) {
      // What does not answer reads is not waited for again.
      if (!leases || large.has(key) || reading.isPaused()) return free;
      const holder = crypto.randomUUID();
      // A write: a full tier refuses it, and is read on.
      const taken = await writing("lease", async () => ({ purge: await leases.take(toItemKey(key), holder, leaseMs) }));
      if (!taken) return free;
      const { purge } = taken;
      if (purge === undefined) return undefined;
      const release = async () => {
        await writing("release", () => leases.release(toItemKey(key), holder));
      };
      return Object.assign(release, { purge });
    },
  };
}
