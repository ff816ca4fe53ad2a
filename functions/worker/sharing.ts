import nullDriver from "unstorage/drivers/null";
import type { Sharing } from "../core/cache/store/create.ts";
import { withNear } from "../core/cache/store/near.ts";
import { createSharedTier } from "../core/cache/store/shared.ts";
import { withTurns } from "../core/cache/store/turns.ts";
import { createCacheApiDriver, type CacheApiOptions } from "./cache-api.ts";
import type { Env } from "./env.ts";
import { createKvSharing } from "./kv.ts";
import { createObjectTurns } from "./objects/turns.ts";

export interface WorkerSharing {
  env: Env;
  /** Absent: the isolates of a data centre share nothing of their own. */
  cacheApi?: CacheApiOptions;
  /** Time for which an object lets a request wait, in milliseconds. */
  waitMs: number;
  waitUntil: (work: Promise<unknown>) => void;
}

/** The tiers of a Worker, each optional: the Cache API of the data centre, then the turns of objects, then Workers KV. */
export function createWorkerSharing({ env, cacheApi, waitMs, waitUntil }: WorkerSharing): Sharing {
  const kv = env.CACHE && createKvSharing(env.CACHE);
  return {
    ...(kv ?? { driver: nullDriver() }),
    extend(shared, { options, lifetimes, count }) {
      let tier = kv ? count(shared, "shared") : shared;
      if (env.KEY_TURN) {
        // The object ends the wait; after that it is late.
        const timeout = options.timeout + waitMs;
        tier = withTurns(tier, { ...options, timeout, turns: createObjectTurns(env.KEY_TURN) });
      }
      if (!cacheApi) return tier;
      // Counted by the other tier.
      const near = createSharedTier({ ...options, onSkip: () => undefined, driver: createCacheApiDriver(cacheApi) });
      return withNear(count(near, "data_centre"), tier, { ...lifetimes, now: options.now, waitUntil });
    },
  };
}
