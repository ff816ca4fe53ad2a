import { LRUCache } from "lru-cache";
import { EdgeError } from "../errors.ts";
import type { Fetch } from "../model.ts";

/** Most clients remembered; who asks rarely is forgotten first, and starts with a full bucket again. */
const maxClients = 10_000;

interface Bucket {
  tokens: number;
  /** When it was last filled, in milliseconds. */
  at: number;
}

export interface FairnessOptions {
  /** Calls to GitHub that one client may cause a minute, and at once; 0 for any number. */
  perMinute: number;
  /** Milliseconds of a clock that never steps back. */
  now: () => number;
}

/**
 * A token bucket for each client's cache misses, so that one crawler of random names cannot drain the
 * budget of all. Answers from the cache cost nothing; a client whose address nobody trusted tells is let through.
 */
export function limitClients(next: Fetch, { perMinute, now }: FairnessOptions): Fetch {
  if (perMinute === 0) return next;
  const buckets = new LRUCache<string, Bucket>({ max: maxClients });

  return async function fair(ask) {
    if (ask.client === undefined) return next(ask);
    const known = buckets.get(ask.client) ?? { tokens: perMinute, at: now() };
    const filled = Math.min(perMinute, known.tokens + ((now() - known.at) / 60_000) * perMinute);
    if (filled < 1) {
      buckets.set(ask.client, { tokens: filled, at: now() });
      throw new EdgeError("rate-limited", "You ask this service for too much that is not in its cache", {
        retryAfter: Math.max(Math.ceil(((1 - filled) / perMinute) * 60), 1),
        client: ask.client,
      });
    }
    buckets.set(ask.client, { tokens: filled - 1, at: now() });
    return next(ask);
  };
}
