import type { Ports } from "../ports.ts";
import type { Answer, Quota } from "../model.ts";

/** GitHub's windows last an hour (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api); clocks may differ by a minute. */
const longestWait = 3600;
const maxSkew = 60;

/** Far above every hourly quota that GitHub documents (15,000 for an app). */
const largestLimit = 100_000;

/**
 * Reads the limits that a response reports. None may block for longer than GitHub's own windows: a field that is out of
 * range, from GitHub or from a proxy in between, is ignored, and is logged once in the life of the process.
 */
export function createLimitReader(log: Ports["log"]) {
  const logged = new Set<string>();

  function ignore(field: string): void {
    if (logged.has(field)) return;
    logged.add(field);
    log("warn", "GitHub's response has an odd field: ignored", { reason: field });
  }

  function toQuota(headers: Headers, now: number): Quota | undefined {
    let isComplete = true;
    function read(name: string, isValid: (value: number) => boolean): number {
      const field = `x-ratelimit-${name}`;
      const text = headers.get(field);
      const value = text === null || !/^\d{1,15}$/.test(text) ? Number.NaN : Number(text);
      if (isValid(value)) return value;
      isComplete = false;
      if (text !== null) ignore(field);
      return Number.NaN;
    }
    const limit = read("limit", (value) => value > 0 && value <= largestLimit);
    // Without a valid limit, any number may remain.
    const remaining = read("remaining", (value) => !(value > limit) && value >= 0);
    const reset = read("reset", (value) => value >= now - maxSkew && value <= now + longestWait + maxSkew);
    return isComplete ? { limit, remaining, used: limit - remaining, reset } : undefined;
  }

  /** A number of seconds, or a date (RFC 9110 section 10.2.3). */
  function toRetryAfter(headers: Headers, now: number): number | undefined {
    const text = headers.get("retry-after");
    if (text === null) return undefined;
    // Date.parse accepts nearly any text: a date of HTTP begins with the name of the day.
    const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) / 1000 : Number.NaN;
    const seconds = /^\d+$/.test(text) ? Number(text) : Math.max(Math.ceil(date - now), 0);
    if (seconds <= longestWait) return seconds;
    ignore("retry-after");
    return Number.NaN;
  }

  /** @param now ms since the Unix epoch */
  return function readLimits(headers: Headers, now: number): Pick<Answer, "quota" | "retryAfter"> {
    return { quota: toQuota(headers, now / 1000), retryAfter: toRetryAfter(headers, now / 1000) };
  };
}
