import type { Handling } from "../../core/model.ts";
import { parseCacheStatus } from "./cache-status.ts";

/** The edge's outcome for one response, from its header fields, and its duration. */
export interface Receipt {
  /** Path and query of the request. */
  target: string;
  status: number;
  /** Undefined if the edge responded without the cache. */
  handling: Handling | undefined;
  /** Why a stored response was sent instead of GitHub's, in the service's word for the failure. */
  reason: string | undefined;
  /** Seconds since GitHub last confirmed the response, at the time of receipt. */
  age: number | undefined;
  /** Fresh lifetime in seconds. */
  lifetime: number | undefined;
  /** When it was received: milliseconds of `performance.now()`. */
  receivedAt: number;
  /** Milliseconds from the request to the last byte. */
  duration: number;
  /** Size of the body. */
  bytes: number;
  /** The remaining GitHub quota of the service. */
  budget: { remaining: number; limit: number; reset: number } | undefined;
  trace: { traceId: string; spanId: string } | undefined;
  /** True if this browser's own copy is shown because the service cannot be reached. */
  offline: boolean;
}

/** The data that `toReceipt` needs in addition to the response. */
export type Measured = Pick<Receipt, "target" | "receivedAt" | "duration" | "bytes" | "offline">;

/** Reads a response's header fields. */
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

/** https://www.w3.org/TR/trace-context/#traceparent-header, as core/serving/entry-response.ts puts it into `Server-Timing`. */
function toTrace(serverTiming: string | null): Receipt["trace"] {
  const match = /traceparent;desc="[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}"/.exec(serverTiming ?? "");
  return match?.[1] && match[2] ? { traceId: match[1], spanId: match[2] } : undefined;
}

function toNumber(text: string | null): number | undefined {
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
