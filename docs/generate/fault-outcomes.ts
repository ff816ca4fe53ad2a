import type { Trouble } from "../../stand-in/faults.ts";

/** What the cache has of the resource when GitHub fails; `docs/faults.md` explains each. */
export const states = ["cold", "fresh", "behind", "stale"] as const;
export type State = (typeof states)[number];

/** What a client sees, and what it costs. */
export interface Outcome {
  status: number;
  /** `Cache-Status` after the cache's name, with every ttl as `ttl>0` or `ttl<=0`; null where there is none. */
  cacheStatus: string | null;
  cacheControl: "no-store" | "public, max-age>0";
  /** `Age` against `max-age`: below it an answer is fresh for every cache (RFC 9111 section 4.2); null where none is told. */
  age: "< max-age" | ">= max-age" | null;
  /** Least and most seconds of `Retry-After`; absent where there is none. */
  retryAfter?: readonly [least: number, most: number];
  /** Calls to GitHub for this request, those behind the answer counted in. */
  calls: number;
  /** Status of the same request once the fault is over; absent where that depends on time alone. */
  after?: number;
}

/** One way in which GitHub fails. */
export interface FaultRow {
  name: string;
  /** What the stand-in does; absent where all of it happens in `prelude`. */
  trouble?: Trouble & { token?: string; times?: number };
  /** Nothing listens at GitHub's address: no trouble of a server that runs. */
  refused?: true;
  /** The trouble damages a real answer: it needs one with a body. */
  spoils?: true;
  /** Calls, each met by this trouble and each for another resource, that come first. */
  prelude?: {
    trouble: Trouble;
    times: number;
    /** In ms, before the last of them. */
    pause?: number;
  };
  /** The instance remembers this fault: it gets one of its own. */
  alone?: true;
  outcomes: Record<State, Outcome>;
}

/** A fresh entry: GitHub is not asked, so that it does not matter how it fails. */
export const hit: Outcome = {
  status: 200,
  cacheStatus: "hit; ttl>0",
  cacheControl: "public, max-age>0",
  age: "< max-age",
  calls: 0,
  after: 200,
};

/** A stale entry given at once, while GitHub is asked behind. */
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

/** An error of this service's own: nothing is kept. */
export function error(status: number, calls: number, more: Pick<Outcome, "retryAfter" | "after"> = {}): Outcome {
  return { status, cacheStatus: null, cacheControl: "no-store", age: null, calls, ...more };
}

/** A stale entry in place of an answer that failed. */
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

/** GitHub's own answer, handed on and kept. */
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
