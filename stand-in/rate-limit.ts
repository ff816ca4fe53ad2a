import { createMiddleware } from "hono/factory";
import type { Actor, Env } from "./env.ts";
import { limitExceeded } from "./errors.ts";

const hour = 3_600_000;

/** The state of one primary limit; `reset` in seconds since 1970. */
export type Limit = { limit: number; used: number; remaining: number; reset: number };

/** A change of limits. `who`: a token, an address, or 'anonymous' or 'token' for all of a kind, now and later. */
export type LimitChange = {
  who?: string;
  limit?: number;
  remaining?: number;
  /** Seconds from now until the reset. */
  resetIn?: number;
  /** The status of answers past the limit. */
  exceededStatus?: 403 | 429;
};

type Bucket = { limit: number; used: number; resetAt: number };

/** 60 requests an hour an address, 5,000 a token (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
export function createLimits(now: () => number) {
  const buckets = new Map<string, Bucket>();
  let limits = { anonymous: 60, token: 5000 };
  let exceededStatus: 403 | 429 = 403;
  let charged = 0;

  function bucket(actor: Actor): Bucket {
    const known = buckets.get(actor.key);
    if (known && known.resetAt > now()) return known;
    const limit = actor.token === undefined ? limits.anonymous : limits.token;
    // GitHub's window begins with its first request.
    const fresh = { limit: known?.limit ?? limit, used: 0, resetAt: now() + hour };
    buckets.set(actor.key, fresh);
    return fresh;
  }
  function apply(to: Bucket, change: LimitChange): void {
    if (change.limit !== undefined) to.limit = change.limit;
    if (change.remaining !== undefined) to.used = Math.max(0, to.limit - change.remaining);
    if (change.resetIn !== undefined) to.resetAt = now() + change.resetIn * 1000;
  }

  return {
    state(actor: Actor): Limit {
      const { limit, used, resetAt } = bucket(actor);
      return {
        limit,
        used,
        remaining: Math.max(0, limit - used),
        reset: Math.ceil(resetAt / 1000),
      };
    },
    /** Takes one request; false if nothing was left. */
    take(actor: Actor): boolean {
      const its = bucket(actor);
      if (its.used >= its.limit) return false;
      its.used += 1;
      charged += 1;
      return true;
    },
    giveBack(actor: Actor): void {
      bucket(actor).used -= 1;
      charged -= 1;
    },
    change(change: LimitChange): void {
      const who = change.who ?? "anonymous";
      if (change.exceededStatus) exceededStatus = change.exceededStatus;
      if (who !== "anonymous" && who !== "token") {
        const token = buckets.has(`ip:${who}`) || /^[\d.]+$|:/.test(who) ? undefined : who;
        return apply(bucket({ key: token ? `token:${token}` : `ip:${who}`, token, address: who }), change);
      }
      if (change.limit !== undefined) limits = { ...limits, [who]: change.limit };
      for (const [key, its] of buckets) if (key.startsWith("token:") === (who === "token")) apply(its, change);
    },
    exceededStatus: () => exceededStatus,
    /** How many requests have been taken from any limit. */
    charged: () => charged,
    /** Every limit that was touched, by token or address. */
    all: () =>
      Object.fromEntries([...buckets].map(([key, { limit, used, resetAt }]) => [key, { limit, used, resetAt }])),
    reset(): void {
      buckets.clear();
      limits = { anonymous: 60, token: 5000 };
      exceededStatus = 403;
      charged = 0;
    },
  };
}

export type Limits = ReturnType<typeof createLimits>;

/** Takes one from the primary limit, unless the answer turns out free, and puts `x-ratelimit-*` on every answer. */
export function primaryLimit(limits: Limits, now: () => number) {
  return createMiddleware<Env>(async function primaryLimit(c, next) {
    const actor = c.get("actor");
    const path = c.req.path;
    c.set("free", path === "/rate_limit");
    if (c.get("free")) await next();
    else if (!limits.take(actor)) c.res = limitExceeded(c, limits.exceededStatus(), now());
    else {
      await next();
      if (c.get("free")) limits.giveBack(actor);
    }
    stamp(c.res.headers, limits.state(actor));
  });
}

/** Writes `x-ratelimit-*`. */
export function stamp(headers: Headers, state: Limit): void {
  for (const name of ["limit", "remaining", "used", "reset"] as const)
    headers.set(`x-ratelimit-${name}`, String(state[name]));
  headers.set("x-ratelimit-resource", "core");
}
