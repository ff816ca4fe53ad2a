import type { Entry } from "../model.ts";
import type { Config } from "../config/config.ts";
import { EdgeError, type Failure } from "../errors.ts";

/** Minimum time for which a stale entry is kept, in seconds: its ETag can still be revalidated. */
const keepForValidator = 86_400;

/** Failures after which a stale entry may be served (stale-if-error): network, timeout, 5xx of GitHub, rate limit, full queue. */
const staleIfError = new Set<Failure>(["bad-gateway", "gateway-timeout", "rate-limited", "service-unavailable"]);

/**
 * Statuses that are cached for a short time: the resource does not exist, was removed, is blocked, or does not exist with
 * these parameters (such as a page after the 3,000th public gist). A rate limit (also 403) reaches the cache as an error.
 */
const negative = new Set([403, 404, 410, 422, 451]);

/** Maximum difference between the clocks of processes that share entries, in milliseconds. */
const maxSkew = 60_000;

/** True if an entry was validated in the future, by more than the maximum difference: a clock was set, and the age is unknown. */
export const isAhead = ({ validatedAt }: Entry, now: number): boolean => validatedAt - now > maxSkew;

/** How a stored entry may be used now (RFC 9111 section 4.2, RFC 5861). */
export type Freshness = "fresh" | "stale-while-revalidate" | "revalidate";

export interface Lifetimes {
  /** Seconds for which a response with this status is fresh; 0 if it must not be stored. */
  ttlOf(status: number): number;
  /** True if a response with this status replaces an older entry. */
  isNegative(status: number): boolean;
  /** Seconds for which an entry with this status is kept, fresh or stale. */
  keepOf(status: number): number;
  /** True if an entry may be served without a call to GitHub. */
  isFresh(entry: Entry, now: number): boolean;
  freshnessOf(entry: Entry, now: number): Freshness;
  /** True if the stale entry may be served after this failure (stale-if-error, RFC 5861 section 4). */
  mayServeStale(entry: Entry, thrown: unknown, now: number): boolean;
}

/** Creates the cache's lifetimes from the settings. */
export function createLifetimes(config: Config): Lifetimes {
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
    // If more is left than any lifetime, a clock was set.
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
