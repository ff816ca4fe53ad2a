import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "./exchange.ts";
import type { Ports } from "./ports.ts";

const knownMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** Counts and times every request. Labels are bounded: templates for paths, one word for odd methods. */
export function observe({ metrics, elapsed, log }: Ports): MiddlewareHandler<AppEnv> {
  return async function observed(c, next) {
    const startedAt = elapsed();
    metrics.add("http_requests_in_flight", {});
    try {
      await next();
    } finally {
      metrics.add("http_requests_in_flight", {}, -1);
      const { route, handling, reason } = c.var.exchange;
      const method = knownMethods.has(c.req.method) ? c.req.method : "other";
      const seconds = (elapsed() - startedAt) / 1000;
      metrics.add("http_requests_total", { method, route, status: c.res.status });
      metrics.observe("http_request_duration_seconds", { method, route }, seconds);
      if (handling !== undefined) {
        metrics.add("cache_results_total", { handling });
        metrics.add(handling === "HIT" || handling === "STALE" ? "cache_hits_total" : "cache_misses_total", {});
      }
      if (reason !== undefined) metrics.add("stale_served_total", { reason });
      log("info", "request", { method, route, status: c.res.status, seconds, handling, reason });
    }
  };
}
