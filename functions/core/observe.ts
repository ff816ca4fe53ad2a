import type { MiddlewareHandler } from "hono";
import type { AppContext, AppEnv } from "./exchange.ts";
import type { Ports } from "./ports.ts";
import type { Attributes, Trace } from "./trace.ts";

/** The methods that labels and log lines tell apart. */
const servedMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** The methods that spans name (RFC 9110 section 9, RFC 5789), as OpenTelemetry's conventions have it. */
const standardMethods = new Set([...servedMethods, "POST", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"]);

/** The service's own affairs: counted, but not traced and logged for debugging only, since platforms ask them every few seconds. */
const unfollowed = new Set(["/health", "/health/ready", "/metrics"]);

/**
 * Follows every request: its span, its metrics and its log line say the same. Labels are bounded: templates
 * for paths, one word for odd methods.
 */
export function observe(ports: Ports): MiddlewareHandler<AppEnv> {
  const { metrics, elapsed, log, config, random } = ports;
  let inFlight = 0;
  metrics.onExpose(() => metrics.set("http_requests_in_flight", {}, inFlight));

  return async function observed(c, next) {
    const startedAt = elapsed();
    const { exchange } = c.var;
    const method = servedMethods.has(c.req.method) ? c.req.method : "other";
    const isFollowed = !unfollowed.has(c.req.path);
    const trace = isFollowed ? start(ports, c) : undefined;
    if (trace) exchange.trace = trace;
    inFlight += 1;
    try {
      await next();
    } finally {
      inFlight -= 1;
      const { route, handling, reason, resource, age, upstreamCalls } = exchange;
      const { status } = c.res;
      const seconds = (elapsed() - startedAt) / 1000;
      metrics.add("http_requests_total", { method, route, status });
      metrics.observe("http_request_duration_seconds", { method, route }, seconds, trace);
      if (handling !== undefined) {
        metrics.add("cache_results_total", { handling });
        metrics.add(handling === "HIT" || handling === "STALE" ? "cache_hits_total" : "cache_misses_total", {});
      }
      if (age !== undefined) metrics.observe("cache_entry_age_seconds", {}, age);
      if (reason !== undefined) metrics.add("stale_served_total", { reason });
      if (trace) finish(trace, c);
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

/** The method as a span's name has it. */
function toSpanMethod(c: AppContext): string {
  return standardMethods.has(c.req.method) ? c.req.method : "HTTP";
}

function start({ tracing }: Ports, c: AppContext): Trace | undefined {
  return tracing?.start(toSpanMethod(c), c.req.raw.headers, () => toAttributes(c));
}

/** OpenTelemetry's stable attributes of a server span; the path only, since a query may hold anything. */
function toAttributes(c: AppContext): Attributes {
  const { method } = c.req;
  const { protocol, hostname, port, pathname } = new URL(c.req.url);
  const isStandard = standardMethods.has(method);
  return {
    "http.request.method": isStandard ? method : "_OTHER",
    "http.request.method_original": isStandard ? undefined : method,
    "url.scheme": protocol.slice(0, -1),
    "url.path": pathname,
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    "user_agent.original": c.req.header("user-agent"),
  };
}

function finish(trace: Trace, c: AppContext): void {
  if (!trace.sampled) return;
  const { route, handling, reason, upstreamCalls } = c.var.exchange;
  const { status } = c.res;
  if (route !== "unmatched") trace.rename(`${toSpanMethod(c)} ${route}`);
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
