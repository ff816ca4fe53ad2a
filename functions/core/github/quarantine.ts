import { LRUCache } from "lru-cache";
import { EdgeError, type Failure } from "../errors.ts";
import type { Ask, Fetch } from "../model.ts";

/** Most failing resources that are remembered; the one that failed longest ago is forgotten first. */
const maxResources = 10_000;

/** First and longest pause in milliseconds; each further failure doubles it. */
const firstPause = 1000;
const longestPause = 30_000;

interface Failing {
  /** In a row. */
  failures: number;
  until: number;
  failure: Failure;
  message: string;
}

export interface QuarantineOptions {
  /** Milliseconds of a clock that never steps back. */
  now: () => number;
}

/**
 * GitHub is not asked for a resource that failed twice in a row for a pause, longer each time, until it succeeds. Its
 * failures must cost other resources neither a slot nor quota, however many requests there are for it.
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

/** True where GitHub was asked and sent no usable response: neither a limit, nor a fault of this service. */
function isFailed(thrown: unknown): thrown is EdgeError {
  if (!(thrown instanceof EdgeError) || thrown.details.notAsked) return false;
  return thrown.failure === "bad-gateway" || thrown.failure === "gateway-timeout";
}
