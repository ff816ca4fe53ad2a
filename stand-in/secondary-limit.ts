import { createMiddleware } from "hono/factory";
import type { Env } from "./env.ts";
import { secondaryLimit } from "./errors.ts";

/** The secondary limits to hold requests to; undefined ones are not enforced. */
export type SecondaryRules = {
  /** Requests at once; GitHub's is 100. */
  concurrent?: number | undefined;
  /** Points a minute; GitHub's is 900, and a GET is one point. */
  pointsPerMinute?: number | undefined;
  status?: 403 | 429 | undefined;
  /** Seconds, or null for an answer without `retry-after`. */
  retryAfter?: number | null | undefined;
};

/** GitHub's own figures (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits). */
export const githubSecondary: SecondaryRules = {
  concurrent: 100,
  pointsPerMinute: 900,
  retryAfter: 60,
};

/** Enforces the rules for each token or address. Whether a 304 costs points is not known: here it does. */
export function createSecondary(now: () => number, initial: SecondaryRules) {
  let rules = initial;
  const points = new Map<string, { minute: number; used: number }>();
  const running = new Map<string, number>();

  /** True if one more request at this moment is too many. */
  function exceeds(key: string): boolean {
    const minute = Math.floor(now() / 60_000);
    const its = points.get(key);
    const used = its?.minute === minute ? its.used : 0;
    points.set(key, { minute, used: used + 1 });
    return (running.get(key) ?? 0) >= (rules.concurrent ?? Infinity) || used >= (rules.pointsPerMinute ?? Infinity);
  }

  return {
    set(changed: SecondaryRules): void {
      rules = changed;
    },
    reset(): void {
      rules = initial;
      points.clear();
    },
    middleware: createMiddleware<Env>(async function secondary(c, next) {
      const { key } = c.get("actor");
      if (exceeds(key))
        return secondaryLimit(
          c,
          rules.status ?? 403,
          rules.retryAfter === null ? undefined : (rules.retryAfter ?? 60),
          now(),
        );
      running.set(key, (running.get(key) ?? 0) + 1);
      try {
        await next();
      } finally {
        running.set(key, (running.get(key) ?? 1) - 1);
      }
      return undefined;
    }),
  };
}
