import { createMiddleware } from "hono/factory";
import type { Env } from "./env.ts";
import { toToken } from "./identify.ts";

/** One request to the stand-in. `status` is 0 until it has a response, and if the socket was destroyed. */
export type Call = {
  method: string;
  path: string;
  /** With its `?`, or empty. */
  query: string;
  headers: Record<string, string>;
  status: number;
  /** Milliseconds since 1970 by the stand-in's clock. */
  time: number;
};

/** Totals since the last reset. `charged` counts what was taken from primary limits. */
export type Counters = {
  total: number;
  byPath: Record<string, number>;
  byStatus: Record<string, number>;
  /** Tokens of calls; '' counts those without one. */
  byToken: Record<string, number>;
  inFlight: number;
  maxInFlight: number;
  maxInFlightByPath: Record<string, number>;
  charged: number;
};

const kept = 10_000;

/** The log of calls: the last 10,000 in full, totals of all. */
export function createCalls(now: () => number) {
  const calls: Call[] = [];
  const byPath = new Map<string, number>();
  const byStatus = new Map<string, number>();
  const byToken = new Map<string, number>();
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  let [total, inFlight, maxInFlight] = [0, 0, 0];

  function begin(request: Request): Call {
    const { pathname: path, search: query } = new URL(request.url);
    const call = {
      method: request.method,
      path,
      query,
      headers: Object.fromEntries(request.headers),
      status: 0,
      time: now(),
    };
    calls.push(call);
    if (calls.length > kept) calls.shift();
    total += 1;
    inFlight += 1;
    maxInFlight = Math.max(maxInFlight, inFlight);
    byPath.set(path, (byPath.get(path) ?? 0) + 1);
    const token = toToken(call.headers["authorization"]) ?? "";
    byToken.set(token, (byToken.get(token) ?? 0) + 1);
    running.set(path, (running.get(path) ?? 0) + 1);
    most.set(path, Math.max(most.get(path) ?? 0, running.get(path) ?? 0));
    return call;
  }
  function end(call: Call): void {
    inFlight -= 1;
    running.set(call.path, (running.get(call.path) ?? 1) - 1);
    if (running.get(call.path) === 0) running.delete(call.path);
    byStatus.set(String(call.status), (byStatus.get(String(call.status)) ?? 0) + 1);
  }

  return {
    list: calls,
    counters: (charged: number): Counters => ({
      total,
      byPath: Object.fromEntries(byPath),
      byStatus: Object.fromEntries(byStatus),
      byToken: Object.fromEntries(byToken),
      inFlight,
      maxInFlight,
      maxInFlightByPath: Object.fromEntries(most),
      charged,
    }),
    reset(): void {
      calls.length = 0;
      for (const map of [byPath, byStatus, byToken, most]) map.clear();
      for (const [path, count] of running) most.set(path, count);
      total = 0;
      maxInFlight = inFlight;
    },
    middleware: createMiddleware<Env>(async function record(c, next) {
      const call = begin(c.req.raw);
      try {
        await next();
        call.status = c.res.headers.has("x-standin-destroyed") || c.error ? 0 : c.res.status;
      } finally {
        end(call);
      }
    }),
  };
}
