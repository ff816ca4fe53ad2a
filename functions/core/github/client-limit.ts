import { LRUCache } from "lru-cache";
import { toSecondaryLimit } from "../errors.ts";
import type { Fetch } from "../model.ts";

/** Most clients that are remembered; the least active one is forgotten first, and starts with a full bucket again. */
const maxClients = 10_000;

interface Bucket {
  tokens: number;
  /** Time of the last refill, in milliseconds. */
  at: number;
}

export interface ClientLimitOptions {
  /** Calls to GitHub that one client may cause in a minute, and at once; 0 for no limit. */
  perMinute: number;
  /** Milliseconds of a clock that never steps back. */
  now: () => number;
}

/**
 * A token bucket for the cache misses of each client, so that one crawler of random names cannot use up the budget of all
 * clients. Responses from the cache cost nothing. A request without a trusted client address is not limited.
 */
export function limitClients(next: Fetch, { perMinute, now }: ClientLimitOptions): Fetch {
  if (perMinute === 0) return next;
  const buckets = new LRUCache<string, Bucket>({ max: maxClients });

  return async function fair(ask) {
    if (ask.client === undefined) return next(ask);
    const known = buckets.get(ask.client) ?? { tokens: perMinute, at: now() };
    const filled = Math.min(perMinute, known.tokens + ((now() - known.at) / 60_000) * perMinute);
    if (filled < 1) {
      buckets.set(ask.client, { tokens: filled, at: now() });
      throw toSecondaryLimit(`this service calls GitHub ${perMinute} times a minute for one client`, {
        retryAfter: Math.max(Math.ceil(((1 - filled) / perMinute) * 60), 1),
        client: ask.client,
      });
    }
    buckets.set(ask.client, { tokens: filled - 1, at: now() });
    return next(ask);
  };
}
