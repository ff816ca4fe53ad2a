import type { Trouble } from "../../stand-in/faults.ts";

/** State of the cache entry when GitHub fails; `docs/faults.md` explains each. */
export const states = ["cold", "fresh", "behind", "stale"] as const;
export type State = (typeof states)[number];

/** The response that a client gets, and its cost. */
export interface Outcome {
  status: number;
  /** `Cache-Status` after the cache's name, with every ttl as `ttl>0` or `ttl<=0`; null without the header. */
  cacheStatus: string | null;
  cacheControl: "no-store" | "public, max-age>0";
  /** `Age` compared with `max-age`: below it a response is fresh for every cache (RFC 9111 section 4.2); null without the header. */
  age: "< max-age" | ">= max-age" | null;
  /** Least and most seconds of `Retry-After`; absent without the header. */
  retryAfter?: readonly [least: number, most: number];
  /** Least and most seconds until `X-RateLimit-Reset`, with `X-RateLimit-Remaining: 0`; absent if it is no primary limit. */
  reset?: readonly [least: number, most: number];
  /** Calls to GitHub for this request, those in the background included. */
  calls: number;
  /** Status of the same request once the fault is over; absent if that depends on time alone. */
  after?: number;
}

/** One way in which GitHub fails. */
export interface FaultRow {
  name: string;
  /** The trouble of the stand-in; absent if all of it happens in `prelude`. */
  trouble?: Trouble & { token?: string; times?: number };
  /** Nothing listens at GitHub's address. */
  refused?: true;
  /** The trouble damages a real response, which needs a body. */
  spoils?: true;
  /** Calls before the request, each for another resource and each with this trouble. */
  prelude?: {
    trouble: Trouble;
    times: number;
    /** In ms, before the last call. */
    pause?: number;
  };
  /** The instance remembers this fault, so that it needs one of its own. */
  alone?: true;
  outcomes: Record<State, Outcome>;
}

/** A fresh entry: GitHub is not called, whatever its state is. */
export const hit: Outcome = {
  status: 200,
  cacheStatus: "hit; ttl>0",
  cacheControl: "public, max-age>0",
  age: "< max-age",
  calls: 0,
  after: 200,
};

/** A stale entry sent at once, while GitHub is called in the background. */
export function atOnce(calls: number, after = 200): Outcome {
  return {
    status: 200,
    cacheStatus: "hit; ttl<=0",
    cacheControl: "public, max-age>0",
    age: ">= max-age",
    calls,
    after,
  };
}

/** An error of the service: nothing is stored. */
export function error(
  status: number,
  calls: number,
  more: Pick<Outcome, "retryAfter" | "reset" | "after"> = {},
): Outcome {
  return { status, cacheStatus: null, cacheControl: "no-store", age: null, calls, ...more };
}

/** A stale entry sent because GitHub failed. */
export function bridged(reason: string, calls: number, upstream?: number): Outcome {
  const forwarded = upstream === undefined ? "" : `; fwd-status=${upstream}`;
  return {
    status: 200,
    cacheStatus: `fwd=stale${forwarded}; ttl<=0; detail=${reason}`,
    cacheControl: "public, max-age>0",
    age: ">= max-age",
    calls,
    after: 200,
  };
}

/** GitHub's own response, passed on and stored. */
export function kept(status: number, forward: "miss" | "stale", calls = 1): Outcome {
  return {
    status,
    cacheStatus: `fwd=${forward}; fwd-status=${status}; stored; ttl>0`,
    cacheControl: "public, max-age>0",
    age: "< max-age",
    calls,
    after: status,
  };
}
