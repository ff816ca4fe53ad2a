import type { Driver } from "unstorage";
import memoryDriver from "unstorage/drivers/memory";
import type { Log } from "../../functions/core/ports.ts";
import type { Sharing } from "../../functions/core/cache/store/create.ts";
import { createSharedTier, type Leases, type SharedTier } from "../../functions/core/cache/store/shared.ts";
import type { Store } from "../../functions/core/cache/store/store.ts";
import { start } from "./ports.ts";

/** Sharing as over Redis, in the process: `held` shows the holders of leases. */
export function createSharing(now: () => number, driver = driverWith()) {
  const held = new Map<string, { holder: string; until: number }>();
  const purged = new Map<string, { purge: string; until: number }>();
  const purgeOf = (key: string) => {
    const last = purged.get(key);
    return last && last.until > now() ? last.purge : undefined;
  };
  const leases: Leases = {
    async take(key, holder, ms) {
      if ((held.get(key)?.until ?? 0) > now()) return undefined;
      held.set(key, { holder, until: now() + ms });
      return purgeOf(key) ?? "";
    },
    async release(key, holder) {
      if (held.get(key)?.holder === holder) held.delete(key);
    },
    async store(key, text, ttl, purge) {
      const last = purgeOf(key);
      if (last !== undefined && last !== purge) return false;
      await driver.setItem?.(key, text, { ttl });
      return true;
    },
    async purge(key, purge, ms) {
      purged.set(key, { purge, until: now() + ms });
      held.delete(key);
      await driver.removeItem?.(key, {});
    },
  };
  return { driver, leases, held };
}

/** A driver in memory some of whose methods are replaced. */
export function driverWith(methods: Partial<Driver> = {}): Driver {
  return { ...memoryDriver(), ...methods };
}

export interface Watched {
  tier: SharedTier;
  errors: string[];
  garbage: () => number;
  skipped: () => number;
  log: string[];
}

/** A shared tier that tells all it counts and logs. */
export function watch(
  { driver, leases }: Sharing,
  options: { now?: () => number; timeout?: number; leaseMs?: number; maxValueBytes?: number } = {},
): Watched {
  const errors: string[] = [];
  const log: string[] = [];
  let garbage = 0;
  let skipped = 0;
  const note: Log = (level, message) => log.push(`${level}: ${message}`);
  const tier = createSharedTier({
    now: () => start,
    timeout: 1000,
    leaseMs: 5000,
    purgeMs: 20_000,
    maxValueBytes: 2 ** 22,
    ...options,
    driver,
    ...(leases && { leases }),
    log: note,
    onError: (operation, reason) => errors.push(`${operation} ${reason}`),
    onGarbage: () => (garbage += 1),
    onSkip: () => (skipped += 1),
  });
  return { tier, errors, log, garbage: () => garbage, skipped: () => skipped };
}

/** A shared tier alone as a store, for the contract that all stores keep to. */
export function toStore(tier: SharedTier): Store {
  return {
    ...tier,
    watch: () => () => undefined,
    keep: () => undefined,
    purge: async ({ keys }) => (await Promise.all(keys.map(tier.purge))).every(Boolean),
    purges: () => 0,
    isPurged: () => false,
    set: async (key, entry, keepSeconds, _trace, lease) => ({
      shared: tier.set(key, entry, keepSeconds, lease).then(() => undefined),
    }),
  };
}
