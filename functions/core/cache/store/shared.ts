import type { Entry } from "../../model.ts";
import type { Trace } from "../../telemetry/trace.ts";
import type { Driver } from "unstorage";
import { createStorage } from "unstorage";
import { decodeEntry, encodeEntry, positionOf, tooLarge } from "./codec.ts";
import type { FleetPurges } from "./fleet-purges.ts";
import { createGuard, type GuardOptions } from "./guard.ts";
import { toItemKey } from "./item-key.ts";
import type { Claim, Lease } from "./store.ts";

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
  /** Reads a text where it was stored last; absent where the driver reads there too. */
  read?(key: string): Promise<string | null>;
  /** The server that has a key, if there are several: one that fails says nothing of the others. */
  serverOf?(key: string): string;
  /** True for some seconds after a key's server was lost, while another one is expected in its place. */
  failsOver?(key: string): boolean;
  /** Is told of a server that did not reply in time. */
  onLate?(server: string): void;
  /** Calls the listener with each server that works again. */
  onBack?(listener: (server: string) => void): void;
}

/** A tier that several processes use: like a store, but it can be down. */
export interface SharedTier {
  /** @param latest true where no copy that lags behind will do */
  get(key: string, trace?: Trace, latest?: boolean): Promise<Entry | undefined>;
  /** False if the key was purged after the lease was taken. */
  set(key: string, entry: Entry, keepSeconds: number, lease?: Lease): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** True if the tier confirmed it. */
  purge(key: string): Promise<boolean>;
  lease(key: string): Promise<Lease | undefined>;
  /** Where processes can wait for one another in the tier (turns.ts): instead of `lease`. */
  turn?(key: string, waitMs: number): Promise<Claim>;
}

export interface SharedTierOptions extends GuardOptions {
  driver: Driver;
  /** Absent where the tier has no atomic operation (Workers KV). */
  leases?: Leases;
  /** Absent where processes do not hear of each other's purges. */
  purges?: FleetPurges;
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

type Guard = ReturnType<typeof createGuard>;

/** Most servers whose state is remembered. */
const maxServers = 1000;

/** Pause between two attempts to write while a server fails over, in milliseconds. */
const pause = 100;

/** Most characters of entries that wait for the end of a fail-over. */
const maxWaiting = 8 * 1024 * 1024;

/** Most keys that are remembered as too large. */
const maxLarge = 1000;

/** A tier over an unstorage driver. No operation throws or takes longer than the timeout. */
export function createSharedTier(options: SharedTierOptions): SharedTier {
  const { driver, leases, purges, leaseMs, purgeMs, maxValueBytes, onSkip, onGarbage, ...guard } = options;
  const storage = createStorage<string>({ driver });
  const servers = new Map<string, { reading: Guard; writing: Guard }>();
  /** Keys whose entry is not shared: no process waits for it. */
  const large = new Set<string>();
  /** Characters of entries that are being written. */
  let waiting = 0;

  function remember(key: string, isLarge: boolean): void {
    large.delete(key);
    if (isLarge) large.add(key);
    if (large.size > maxLarge) large.delete(large.values().next().value!);
  }

  /** Two guards for each server: a full one refuses writes and still reads. */
  function guardsOf(item: string): { reading: Guard; writing: Guard } {
    const server = leases?.serverOf?.(item) ?? "";
    const known = servers.get(server);
    if (known) return known;
    if (servers.size >= maxServers) servers.delete(servers.keys().next().value!);
    const onError: GuardOptions["onError"] = (operation, reason) => {
      guard.onError(operation, reason);
      if (reason === "timeout") leases?.onLate?.(server);
    };
    const guards = { reading: createGuard({ ...guard, onError }), writing: createGuard({ ...guard, onError }) };
    servers.set(server, guards);
    return guards;
  }

  leases?.onBack?.((server) => {
    const guards = servers.get(server);
    guards?.reading.retry();
    guards?.writing.retry();
  });

  const failsOver = (item: string) => leases?.failsOver?.(item) ?? false;

  /** Writes, and tries again while the key's server fails over, unless too much waits for that already. */
  async function write<T>(
    operation: string,
    item: string,
    run: () => Promise<T>,
    { bytes = 0, always = false } = {},
  ): Promise<T | undefined> {
    waiting += bytes;
    try {
      for (;;) {
        const done = await guardsOf(item).writing(operation, run, always || failsOver(item));
        if (done !== undefined || !failsOver(item) || waiting > maxWaiting) return done;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
    } finally {
      waiting -= bytes;
    }
  }

  return {
    async get(key, _trace, latest = false) {
      const item = toItemKey(key);
      const text = await guardsOf(item).reading(
        "get",
        () => (latest && leases?.read ? leases.read(item) : storage.getItem(item)),
        latest && failsOver(item),
      );
      if (text !== undefined) remember(key, text === tooLarge);
      if (text === undefined || text === null || text === tooLarge) return undefined;
      const entry = decodeEntry(key, text);
      if (!entry) onGarbage();
      // From before a purge: its process did not know of it, or the tier could not find what the purge takes.
      return entry && purges?.takes(key, entry, positionOf(text)) ? undefined : entry;
    },
    async set(key, entry, keepSeconds, lease) {
      const ttl = Math.max(Math.ceil(keepSeconds), 1);
      const isLarge = entry.body.byteLength > maxValueBytes;
      if (isLarge) onSkip();
      remember(key, isLarge);
      // The marker ends the wait of other processes.
      const text = isLarge ? tooLarge : encodeEntry(key, entry, lease?.position);
      const item = toItemKey(key);
      const store = async () => {
        if (leases) return leases.store(item, text, ttl, lease?.purge ?? "");
        await storage.setItem(item, text, { ttl });
        return true;
      };
      return (await write("set", item, store, { bytes: text.length })) !== false;
    },
    async delete(key) {
      const item = toItemKey(key);
      await write("delete", item, () => storage.removeItem(item).then(() => true));
    },
    async purge(key) {
      const item = toItemKey(key);
      const purge = async () => {
        await (leases ? leases.purge(item, crypto.randomUUID(), purgeMs) : storage.removeItem(item));
        return true;
      };
      return (await write("purge", item, purge, { always: true })) === true;
    },
    async lease(key) {
      if (!leases) return free;
      const item = toItemKey(key);
      const { reading, writing } = guardsOf(item);
      // A tier that does not answer reads is not waited for a second time.
      if (reading.isPaused() && !failsOver(item)) return free;
      const holder = crypto.randomUUID();
      const take = async () => ({ purge: await leases.take(item, holder, leaseMs) });
      // A write: a full tier refuses it, and still reads.
      const taken = await writing("lease", take, failsOver(item));
      // The caller asks again for a while, so that the next server grants one lease to all.
      if (!taken) return failsOver(item) ? undefined : free;
      const { purge } = taken;
      // Even of a large one the lease is asked for: without its last purge the tier would refuse the result.
      if (purge === undefined) return large.has(key) ? free : undefined;
      const release = async () => {
        await write("release", item, () => leases.release(item, holder).then(() => true));
      };
      return Object.assign(release, { purge, position: purges?.position() ?? 0 });
    },
  };
}
