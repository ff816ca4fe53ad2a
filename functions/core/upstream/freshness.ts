import type { Config } from "../config.ts";
import { EdgeError, type Failure } from "../errors.ts";
import type { Entry } from "../stores/store.ts";

/** How long a stale entry is kept at least, for the sake of its validator, in seconds. */
const keepForValidator = 86_400;

/** Failures that a stale answer may bridge: the network, timeouts, GitHub's 5xx, limits, our own full queue. */
const bridged = new Set<Failure>(["bad-gateway", "gateway-timeout", "rate-limited", "service-unavailable"]);

/** What may be done with a stored entry now (RFC 9111 section 4.2, RFC 5861). */
export type Freshness = "fresh" | "revalidate-behind" | "revalidate";

export interface Policy {
  /** Seconds for which an answer of this status is fresh; 0 where it is not to be stored. */
  ttlOf(status: number): number;
  /** Seconds for which an entry of this status is kept in all. */
  keepOf(status: number): number;
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
    switch (status) {
      case 200:
        return config.CACHE_TTL_SECONDS;
      // The resource is not there, is gone, or is barred: true for a while. Limits never come this far.
      case 403:
      case 404:
      case 410:
      case 451:
        return config.CACHE_NEGATIVE_TTL_SECONDS;
      default:
        return 0;
    }
  }

  return {
    ttlOf,
    keepOf: (status) => (status === 200 ? ttlOf(status) + keepStale : ttlOf(status)),
    freshnessOf(entry, now) {
      if (now < entry.freshUntil) return "fresh";
      return entry.status === 200 && now < entry.freshUntil + behind ? "revalidate-behind" : "revalidate";
    },
    mayBridge: (entry, thrown, now) =>
      entry.status === 200 &&
      now < entry.freshUntil + onError &&
      thrown instanceof EdgeError &&
      bridged.has(thrown.failure),
  };
}
