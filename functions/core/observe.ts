import type { MiddlewareHandler } from "hono";
import type { AppContext, AppEnv } from "./exchange.ts";
import type { Ports } from "./ports.ts";
import type { Trace } from "./trace.ts";

const knownMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** The service's own affairs: counted, but not traced and logged for debugging only, since platforms ask them every few seconds. */
const unfollowed = /^[^?]*:\/\/[^/?]*\/(?:health(?:\/ready)?|metrics)(?:\?|$)/;

/**
 * Follows every request: its span, its metrics and its log line say the same. Labels are bounded: templates
 * for paths, one word for odd methods.
 */
export function observe(ports: Ports): MiddlewareHandler<AppEnv> {
  const { metrics, elapsed, log, config, random } = ports;

  return async function observed(c, next) {
    const startedAt = elapsed();
    const { exchange } = c.var;
    const method = knownMethods.has(c.req.method) ? c.req.method : "other";
    const isFollowed = !unfollowed.test(c.req.url);
    const trace = isFollowed ? start(ports, c, method) : undefined;
    if (trace) exchange.trace = trace;
    metrics.add("http_requests_in_flight", {});
    try {
      await next();
    } finally {
      const { route, handling, reason, resource, age, upstreamCalls } = exchange;
      const { status } = c.res;
      const seconds = (elapsed() - startedAt) / 1000;
      metrics.add("http_requests_in_flight", {}, -1);
      metrics.add("http_requests_total", { method, route, status });
      metrics.observe("http_request_duration_seconds", { method, route }, seconds, trace);
      if (handling !== undefined) {
        metrics.add("cache_results_total", { handling });
        metrics.add(handling === "HIT" || handling === "STALE" ? "cache_hits_total" : "cache_misses_total", {});
      }
      if (age !== undefined) metrics.observe("cache_entry_age_seconds", {}, age);
      if (reason !== undefined) metrics.add("stale_served_total", { reason });
      if (trace) finish(trace, c, method);
      if (handling !== "HIT" || random() < config.LOG_HIT_RATIO) {
        log(isFollowed ? "info" : "debug", "request", {
          trace_id: trace?.traceId,
          span_id: trace?.spanId,
          method,
          route,
          resource,
          status,
          duration_seconds: Math.round(seconds * 1e6) / 1e6,
          handling,
          reason,
          upstream_calls: upstreamCalls,
        });
      }
    }
  };
}

/** OpenTelemetry's stable attributes of a server span; the path only, since a query may hold anything. */
function start({ tracing }: Ports, c: AppContext, method: string): Trace | undefined {
  if (!tracing) return undefined;
  const { protocol, hostname, port, pathname } = new URL(c.req.url);
  return tracing.start(method === "other" ? "HTTP" : method, c.req.raw.headers, {
    "http.request.method": method === "other" ? "_OTHER" : method,
    "url.scheme": protocol.slice(0, -1),
    "url.path": pathname,
    "server.address": hostname,
    "server.port": port === "" ? undefined : Number(port),
    "user_agent.original": c.req.header("user-agent"),
  });
}

function finish(trace: Trace, c: AppContext, method: string): void {
  const { route, handling, reason, upstreamCalls } = c.var.exchange;
  const { status } = c.res;
  if (route !== "unmatched") trace.rename(`${method === "other" ? "HTTP" : method} ${route}`);
  trace.set({
    "http.route": route === "unmatched" ? undefined : route,
    "http.response.status_code": status,
    "edge_gists.cache.handling": handling,
    "edge_gists.cache.bridged": reason,
    "edge_gists.upstream.calls": upstreamCalls,
  });
  // A 4xx is the client's affair: only a 5xx makes a server span an error.
  trace.end(status >= 500 ? String(status) : undefined);
}
