import type { Handling } from "../../core/model.ts";
import { parseCacheStatus } from "./cache-status.ts";

/** What the edge did for one answer, as its header fields say, and how long it took. */
export interface Receipt {
  /** Path and query that were asked for. */
  target: string;
  status: number;
  /** Undefined where the edge answered by itself, without the cache. */
  handling: Handling | undefined;
  /** Why a stored answer stands in for GitHub's, in the service's word for the failure. */
  reason: string | undefined;
  /** Seconds since GitHub last confirmed the answer, when it was received. */
  age: number | undefined;
  /** Seconds that the answer is fresh for in all. */
  lifetime: number | undefined;
  /** When it was received: milliseconds of `performance.now()`. */
  receivedAt: number;
  /** Milliseconds from the request to the last byte. */
  duration: number;
  /** Size of the body. */
  bytes: number;
  /** What is left of the service's GitHub quota. */
  budget: { remaining: number; limit: number; reset: number } | undefined;
  trace: { traceId: string; spanId: string } | undefined;
  /** True where this browser's own copy stands in for a service that cannot be reached. */
  offline: boolean;
}

/** What `toReceipt` measures outside the answer. */
export type Measured = Pick<Receipt, "target" | "receivedAt" | "duration" | "bytes" | "offline">;

/** Reads an answer's header fields. */
export function toReceipt(status: number, headers: Headers, measured: Measured): Receipt {
  const cache = parseCacheStatus(headers.get("cache-status"));
  const age = toNumber(headers.get("age"));
  const [remaining, limit, reset] = ["remaining", "limit", "reset"].map((name) =>
    toNumber(headers.get(`x-ratelimit-${name}`)),
  );
  return {
    ...measured,
    status,
    handling: cache?.handling,
    reason: cache?.reason,
    age,
    lifetime: age === undefined || cache?.ttl === undefined ? undefined : Math.max(age + cache.ttl, 0),
    budget:
      remaining === undefined || limit === undefined || reset === undefined ? undefined : { remaining, limit, reset },
    trace: toTrace(headers.get("server-timing")),
  };
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, as core/serving/responder.ts puts it into `Server-Timing`. */
function toTrace(serverTiming: string | null): Receipt["trace"] {
  const match = /traceparent;desc="[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}"/.exec(serverTiming ?? "");
  return match?.[1] && match[2] ? { traceId: match[1], spanId: match[2] } : undefined;
}

function toNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
