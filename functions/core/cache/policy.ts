import type { Entry } from "../model.ts";
import type { Config } from "../config/config.ts";
import { EdgeError, type Failure } from "../errors.ts";

/** Least time for which a stale entry is kept for its validator, in seconds. */
const keepForValidator = 86_400;

/** Failures that allow a stale entry (stale-if-error): network, timeouts, GitHub's 5xx, limits, a full queue of our own. */
const staleIfError = new Set<Failure>(["bad-gateway", "gateway-timeout", "rate-limited", "service-unavailable"]);

/**
 * The resource does not exist, was removed, is blocked, or does not exist with these parameters (such as a page after the
 * 3,000th public gist). Cacheable for a while. Rate limits are errors before they reach the cache.
 */
const negative = new Set([403, 404, 410, 422, 451]);

/** Largest difference between the clocks of processes that share entries, in milliseconds. */
const maxSkew = 60_000;

/** True where an entry was confirmed in the future, by more than clocks may differ: a clock was set, and the age is unknown. */
export const isAhead = ({ validatedAt }: Entry, now: number): boolean => validatedAt - now > maxSkew;

/** What a stored entry is good for now (RFC 9111 section 4.2, RFC 5861). */
export type Freshness = "fresh" | "stale-while-revalidate" | "revalidate";

export interface Policy {
  /** Seconds for which a response of this status is fresh; 0 where it must not be stored. */
  ttlOf(status: number): number;
  /** True where a response of this status replaces an older entry. */
  isNegative(status: number): boolean;
  /** Seconds for which an entry of this status is kept, fresh or stale. */
  keepOf(status: number): number;
  /** True where an entry may be served without a call to GitHub. */
  isFresh(entry: Entry, now: number): boolean;
  freshnessOf(entry: Entry, now: number): Freshness;
  /** True where the stale entry may be served after this failure (stale-if-error, RFC 5861 section 4). */
  mayServeStale(entry: Entry, thrown: unknown, now: number): boolean;
}

/** The cache's rules, from the settings. */
export function createPolicy(config: Config): Policy {
  const staleWhileRevalidate = config.CACHE_STALE_WHILE_REVALIDATE_SECONDS * 1000;
  const errorWindow = config.CACHE_STALE_IF_ERROR_SECONDS * 1000;
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
    // A clock was set where more is left than any lifetime.
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
      return entry.status === 200 && past >= 0 && past < staleWhileRevalidate && !isAhead(entry, now)
        ? "stale-while-revalidate"
        : "revalidate";
    },
    mayServeStale: (entry, thrown, now) =>
      entry.status === 200 &&
      now < entry.freshUntil + errorWindow &&
      !isAhead(entry, now) &&
      thrown instanceof EdgeError &&
      staleIfError.has(thrown.failure),
  };
}
