import type { Driver } from "unstorage";
import memoryDriver from "unstorage/drivers/memory";
import type { Log } from "../../functions/core/ports.ts";
import type { Sharing } from "../../functions/core/stores/create.ts";
import { createSharedTier, type Leases, type SharedTier } from "../../functions/core/stores/shared.ts";
import type { Store } from "../../functions/core/stores/store.ts";
import { start } from "./ports.ts";

/** Leases as Redis keeps them, in the process: `held` shows the holders. */
export function createLeases(now: () => number): Leases & { held: Map<string, { holder: string; until: number }> } {
  const held = new Map<string, { holder: string; until: number }>();
  return {
    held,
    async take(key, holder, ms) {
      if ((held.get(key)?.until ?? 0) > now()) return false;
      held.set(key, { holder, until: now() + ms });
      return true;
    },
    async release(key, holder) {
      if (held.get(key)?.holder === holder) held.delete(key);
    },
  };
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
  sharing: Sharing,
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
    maxValueBytes: 2 ** 22,
    ...options,
    ...sharing,
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
    set: async (key, entry, keepSeconds) => ({ shared: tier.set(key, entry, keepSeconds) }),
  };
}
