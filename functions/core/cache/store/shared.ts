import type { Entry } from "../../model.ts";
import type { Driver } from "unstorage";
import { createStorage } from "unstorage";
import { decodeEntry, encodeEntry, tooLarge } from "./codec.ts";
import { createGuard, type GuardOptions } from "./guard.ts";
import { toItemKey } from "./item-key.ts";
import type { Lease } from "./store.ts";

/** Operations on which processes agree: which one refreshes a key, and which keys were purged. Each is atomic. */
export interface Leases {
  /**
   * Takes the lease for `ms` milliseconds.
   * @returns the key's last purge, "" without a recent one; undefined if another holder has the lease
   */
  take(key: string, holder: string, ms: number): Promise<string | undefined>;
  /** Releases the lease where `holder` still has it. */
  release(key: string, holder: string): Promise<void>;
  /** Stores a text for `ttl` seconds; false if the key was purged after this purge. */
  store(key: string, text: string, ttl: number, purge: string): Promise<boolean>;
  /** Deletes a key and its lease, and remembers the purge for `ms` milliseconds. */
  purge(key: string, purge: string, ms: number): Promise<void>;
}

/** A tier that several processes use: like a store, but it can be down. */
export interface SharedTier {
  get(key: string): Promise<Entry | undefined>;
  /** False if the key was purged after the lease was taken. */
  set(key: string, entry: Entry, keepSeconds: number, lease?: Lease): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** True if the tier confirmed it. */
  purge(key: string): Promise<boolean>;
  lease(key: string): Promise<Lease | undefined>;
}

export interface SharedTierOptions extends GuardOptions {
  driver: Driver;
  /** Absent where the tier has no atomic operation (Workers KV). */
  leases?: Leases;
  /** Lifetime of a lease, in milliseconds. */
  leaseMs: number;
  /** Time for which a purge is remembered, in milliseconds: longer than any refresh. */
  purgeMs: number;
  /** Largest body that is shared, in bytes: a larger one would block the connection for longer than the timeout. */
  maxValueBytes: number;
  /** Called for each entry that is larger. */
  onSkip: () => void;
  /** Called where a value is not an entry of this version and key. */
  onGarbage: () => void;
}

const free: Lease = async () => undefined;

/** Most keys that are remembered as too large. */
const maxLarge = 1000;

/** A tier over an unstorage driver. No operation throws or takes longer than the timeout. */
export function createSharedTier(options: SharedTierOptions): SharedTier {
  const { driver, leases, leaseMs, purgeMs, maxValueBytes, onSkip, onGarbage, ...guard } = options;
  const storage = createStorage<string>({ driver });
  // Two guards: a full tier refuses writes and still reads.
  const reading = createGuard(guard);
  const writing = createGuard(guard);
  /** Keys whose entry is not shared: no process waits for it. */
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
      // The marker ends the wait of other processes.
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
      // A tier that does not answer reads is not waited for a second time.
      if (!leases || large.has(key) || reading.isPaused()) return free;
      const holder = crypto.randomUUID();
      // A write: a full tier refuses it, and still reads.
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
