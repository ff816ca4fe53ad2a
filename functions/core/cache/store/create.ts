import type { Driver } from "unstorage";
import { type Config, spellingsShare } from "../../config/config.ts";
import type { Ports } from "../../ports.ts";
import { createLifetimes, type Lifetimes } from "../lifetimes.ts";
import { counted } from "./counted.ts";
import { createMemoryStore } from "./memory.ts";
import type { FleetMember, FleetPurges } from "./fleet-purges.ts";
import type { GuardOptions } from "./guard.ts";
import type { Leases, SharedTier, SharedTierOptions } from "./shared.ts";
import type { Store } from "./store.ts";
import type { TieredStoreOptions } from "./tiered.ts";

/** What a runtime offers to share entries between its processes. */
export interface Sharing {
  driver: Driver;
  leases?: Leases;
  /** Absent where processes do not hear of each other's purges. */
  joinFleet?: (member: FleetMember) => FleetPurges;
  find?: NonNullable<TieredStoreOptions["find"]>;
  /** Adds what only this runtime has, and counts lookups by itself. */
  extend?: (shared: SharedTier, context: SharingContext) => SharedTier;
}

/** What a runtime needs to make tiers of its own. */
export interface SharingContext {
  options: Omit<SharedTierOptions, "driver" | "leases" | "purges">;
  lifetimes: Lifetimes;
  /** A tier that counts its lookups. */
  count: (shared: SharedTier, tier: "data_centre" | "shared") => SharedTier;
}

/** Time by which a lease is longer than the timeout of calls to GitHub, in milliseconds. */
const leaseMargin = 1000;

/** Time by which a purge is remembered longer than the longest refresh, in milliseconds: settings may differ between processes. */
const purgeMargin = 60_000;

/** The code of the shared tier, which a process without one does not load. */
export type SharedTierCode = Pick<
  typeof import("./shared.ts") & typeof import("./tiered.ts"),
  "createSharedTier" | "createTieredStore"
>;

/** The code of the shared tier, loaded on demand. */
export async function loadSharedTier(): Promise<SharedTierCode> {
  const [shared, tiered] = await Promise.all([import("./shared.ts"), import("./tiered.ts")]);
  return { ...shared, ...tiered };
}

/** The store of a process: its own tier and, where there is one, the shared tier. */
export function createStore(
  { config, now, log, metrics }: Pick<Ports, "now" | "log" | "metrics"> & { config: Config },
  sharing?: Sharing & { code: SharedTierCode },
): Store {
  const maxBytes = Math.floor(config.CACHE_MAX_BYTES * (1 - spellingsShare));
  const memory = createMemoryStore({ maxEntries: config.CACHE_MAX_ENTRIES, maxBytes, now });
  const lifetimes = createLifetimes(config);
  const { keepOf, isFresh } = lifetimes;
  const counting = { metrics, now, isFresh };
  const own = { ...memory, get: counted(memory.get, "memory", counting) };
  metrics.onExpose(() => {
    const { entries, bytes } = memory.size();
    metrics.set("cache_entries", {}, entries);
    metrics.set("cache_size_bytes", {}, bytes);
  });
  if (!sharing) return own;
  const {
    code: { createSharedTier, createTieredStore },
    joinFleet,
    find,
    extend,
    ...through
  } = sharing;
  const guard: GuardOptions = {
    timeout: config.SHARED_CACHE_TIMEOUT_MS,
    now,
    log,
    onError: (operation, reason) => metrics.add("shared_cache_errors_total", { operation, reason }),
  };
  const purges = joinFleet?.({ ...guard, own, metrics, keepMs: keepOf(200) * 1000 + purgeMargin });
  const options: SharingContext["options"] = {
    ...guard,
    leaseMs: config.UPSTREAM_TIMEOUT_MS + leaseMargin,
    purgeMs: config.UPSTREAM_QUEUE_TIMEOUT_MS + config.UPSTREAM_TIMEOUT_MS + purgeMargin,
    maxValueBytes: config.SHARED_CACHE_MAX_VALUE_BYTES,
    onSkip: () => metrics.add("shared_cache_skipped_total", {}),
    onGarbage: () => metrics.add("shared_cache_errors_total", { operation: "get", reason: "garbage" }),
  };
  const count: SharingContext["count"] = (tier, name) => ({ ...tier, get: counted(tier.get, name, counting) });
  const shared = createSharedTier({ ...through, ...options, ...(purges && { purges }) });
  const others = extend ? extend(shared, { options, lifetimes, count }) : count(shared, "shared");
  return createTieredStore(own, others, {
    keepOf,
    isFresh,
    now,
    ...(purges && { announce: purges.add }),
    ...(find && { find }),
  });
}
