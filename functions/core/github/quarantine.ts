import { LRUCache } from "lru-cache";
import { EdgeError, type Failure } from "../errors.ts";
import type { Ask, Fetch } from "../model.ts";

/** Maximum number of failing resources in memory. The one that failed longest ago is dropped first. */
const maxResources = 10_000;

/** First and maximum pause in milliseconds. Each further failure doubles the pause. */
const firstPause = 1000;
const longestPause = 30_000;

interface Failing {
  /** Number of failures in a row. */
  failures: number;
  until: number;
  failure: Failure;
  message: string;
}

export interface QuarantineOptions {
  /** Milliseconds of a monotonic clock. */
  now: () => number;
}

/**
 * After a resource has failed twice in a row, GitHub is not called for it during a pause. Each further failure doubles the
 * pause; a success ends it. So many requests for a failing resource take neither slots nor quota from other resources.
 */
export function quarantine(next: Fetch, { now }: QuarantineOptions): Fetch {
  const failing = new LRUCache<string, Failing>({ max: maxResources });

  function note(key: string, { failure, message }: EdgeError): void {
    const failures = (failing.get(key)?.failures ?? 0) + 1;
    const pause = failures < 2 ? 0 : Math.min(firstPause * 2 ** (failures - 2), longestPause);
    failing.set(key, { failures, until: now() + pause, failure, message });
  }

  return async function quarantined(ask: Ask) {
    const { key } = ask.resource;
    const known = failing.get(key);
    const left = (known?.until ?? 0) - now();
    if (known && left > 0) {
      throw new EdgeError(known.failure, known.message, { retryAfter: Math.ceil(left / 1000), notAsked: true });
    }
    try {
      const answer = await next(known ? { ...ask, hasFailed: true } : ask);
      failing.delete(key);
      return answer;
    } catch (thrown) {
      if (isFailed(thrown)) note(key, thrown);
      throw thrown;
    }
  };
}

/** True if GitHub was called and sent no usable response. A rate limit or a fault of this service does not count. */
function isFailed(thrown: unknown): thrown is EdgeError {
  if (!(thrown instanceof EdgeError) || thrown.details.notAsked) return false;
  return thrown.failure === "bad-gateway" || thrown.failure === "gateway-timeout";
}
