import type { Entry } from "../model.ts";
import type { Config } from "../config/config.ts";
import { EdgeError, type Failure } from "../errors.ts";

/** How long a stale entry is kept at least, for the sake of its validator, in seconds. */
const keepForValidator = 86_400;

/** Failures that a stale answer may bridge: the network, timeouts, GitHub's 5xx, limits, our own full queue. */
const bridged = new Set<Failure>(["bad-gateway", "gateway-timeout", "rate-limited", "service-unavailable"]);

/**
 * Says of the resource that it is not there, is gone, is barred, or is not given by these parameters (such as a page past
 * the 3,000th public gist): true for a while. Limits never come this far.
 */
const negative = new Set([403, 404, 410, 422, 451]);

/** How far the clocks of processes that share entries may be apart, in milliseconds. */
const maxSkew = 60_000;

/** True of an entry that was confirmed later than now, by more than clocks may differ: one was set, and nobody knows the entry's age. */
export const isAhead = ({ validatedAt }: Entry, now: number): boolean => validatedAt - now > maxSkew;

/** What may be done with a stored entry now (RFC 9111 section 4.2, RFC 5861). */
export type Freshness = "fresh" | "revalidate-behind" | "revalidate";

export interface Policy {
  /** Seconds for which an answer of this status is fresh; 0 where it is not to be stored. */
  ttlOf(status: number): number;
  /** True where an answer of this status ends what was kept before. */
  isNegative(status: number): boolean;
  /** Seconds for which an entry of this status is kept in all. */
  keepOf(status: number): number;
  /** True where an entry may be given without asking GitHub. */
  isFresh(entry: Entry, now: number): boolean;
  freshnessOf(entry: Entry, now: number): Freshness;
  /** True where the entry may still stand in for an answer that failed like this. */
  mayBridge(entry: Entry, thrown: unknown, now: number): boolean;
}

/** The cache's rules, from the settings. */
export function createPolicy(config: Config): Policy {
  const behind = config.CACHE_STALE_WHILE_REVALIDATE_SECONDS * 1000;
  const onError = config.CACHE_STALE_IF_ERROR_SECONDS * 1000;
  const keepStale = Math.max(
    config.CACHE_STALE_WHILE_REVALIDATE_SECONDS,
    config.CACHE_STALE_IF_ERROR_SECONDS,
    keepForValidator,
  );

  function ttlOf(status: number): number {
    if (status === 200) return config.CACHE_TTL_SECONDS;
    return negative.has(status) ? config.CACHE_NEGATIVE_TTL_SECONDS : 0;
  }

  function isFresh(entry: Entry, now: number): boolean {
    const left = entry.freshUntil - now;
    // Longer than any lifetime only where a clock was set.
    return left > 0 && left <= ttlOf(entry.status) * 1000 + maxSkew && !isAhead(entry, now);
  }

  return {
    ttlOf,
    isNegative: (status) => negative.has(status),
    keepOf: (status) => (status === 200 ? ttlOf(status) + keepStale : ttlOf(status)),
    isFresh,
    freshnessOf(entry, now) {
      if (isFresh(entry, now)) return "fresh";
      const past = now - entry.freshUntil;
      return entry.status === 200 && past >= 0 && past < behind && !isAhead(entry, now)
        ? "revalidate-behind"
        : "revalidate";
    },
    mayBridge: (entry, thrown, now) =>
      entry.status === 200 &&
      now < entry.freshUntil + onError &&
      !isAhead(entry, now) &&
      thrown instanceof EdgeError &&
      bridged.has(thrown.failure),
  };
}
