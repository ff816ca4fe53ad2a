import type { Entry } from "../model.ts";
import type { RequestContext } from "../context.ts";
import { noHost } from "../http/origin.ts";
import type { Ports } from "../ports.ts";

import type { Attributes, Begun, Carrier, Trace, Tracing } from "./trace.ts";

/** The methods that labels and log lines tell apart. */
const servedMethods = new Set(["GET", "HEAD", "OPTIONS"]);

/** The methods that spans name (RFC 9110 section 9, RFC 5789), as OpenTelemetry's conventions have it. */
const standardMethods = new Set([...servedMethods, "POST", "PUT", "DELETE", "PATCH", "CONNECT", "TRACE"]);

/** What telemetry wants of a request, however it came. */
export interface Arrival {
  method: string;
  url: string;
  headers: Carrier;
}

/** How a request was answered. */
export interface Outcome extends Omit<RequestContext, "peer"> {
  method: string;
  status: number;
  /** Of the clock that never steps back, in ms. */
  startedAt: number;
  /** False for the service's own affairs, which are logged for debugging only. */
  isObserved: boolean;
}

/** An outcome of the short way: a fresh entry from memory. */
export interface HitOutcome {
  method: string;
  route: string;
  resource: string;
  status: number;
  entry: Entry;
  /** When it was looked up: ms since the Unix epoch. */
  at: number;
  startedAt: number;
  trace: Trace | undefined;
  /** In place of a trace, where the runtime can repeat one. */
  begun: Begun | undefined;
  arrival: Arrival;
  /** The same object for the same resource, address and route. */
  like: object;
}

/** Least time between two exemplars of hits on one series, in ms: a scrape sees the last only. */
const exemplarPause = 100;

export interface Recorder {
  begin(headers: Carrier): Begun | undefined;
  start(arrival: Arrival): Trace | undefined;
  end(outcome: Outcome): void;
  hit(outcome: HitOutcome): void;
}

/** Follows requests: span, metrics and log line of one say the same. Labels are bounded: templates for paths, one word for odd methods. */
export function createRecorder({ metrics, elapsed, log, config, random, tracing }: Ports): Recorder {
  const lookedUp = metrics.counter("cache_lookups_total", { tier: "memory", found: "fresh" });
  const handled = metrics.counter("cache_results_total", { handling: "HIT" });
  const hits = metrics.counter("cache_hits_total", {});
  const observeAge = metrics.observer("cache_entry_age_seconds", {});
  const perRoute = new Map<string, { count: () => void; observe: (seconds: number) => void; shown: number }>();

  /** Metrics with their labels bound, for what happens all the time. */
  function bound(method: string, route: string, status: number) {
    const name = `${method} ${status} ${route}`;
    let known = perRoute.get(name);
    if (!known) {
      known = {
        count: metrics.counter("http_requests_total", { method, route, status }),
        observe: metrics.observer("http_request_duration_seconds", { method, route }),
        shown: -Infinity,
      };
      perRoute.set(name, known);
    }
    return known;
  }

  function write(outcome: Outcome, method: string, seconds: number, trace: Begun | Trace | undefined): void {
    const { route, resource, status, handling, reason, upstreamCalls, isObserved } = outcome;
    if (handling === "HIT" && random() >= config.LOG_HIT_RATIO) return;
    log(isObserved ? "info" : "debug", "request", {
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

  return {
    begin: (headers) => tracing?.spanTemplates?.begin(headers),
    start: (arrival) => tracing && start(tracing, arrival),

    end(outcome) {
      const { route, status, trace, handling, reason, age } = outcome;
      const method = servedMethods.has(outcome.method) ? outcome.method : "other";
      const seconds = (elapsed() - outcome.startedAt) / 1000;
      metrics.add("http_requests_total", { method, route, status });
      metrics.observe("http_request_duration_seconds", { method, route }, seconds, trace);
      if (handling !== undefined) {
        metrics.add("cache_results_total", { handling });
        metrics.add(handling === "HIT" || handling === "STALE" ? "cache_hits_total" : "cache_misses_total", {});
      }
      if (age !== undefined) metrics.observe("cache_entry_age_seconds", {}, age);
      if (reason !== undefined) metrics.add("stale_served_total", { reason });
      if (trace) finish(trace, outcome);
      write(outcome, method, seconds, trace);
    },

    hit(given) {
      const { method, route, status, entry, trace, begun, arrival } = given;
      const series = bound(method, route, status);
      const milliseconds = elapsed() - given.startedAt;
      const seconds = milliseconds / 1000;
      series.count();
      lookedUp();
      handled();
      hits();
      observeAge(Math.max(given.at - entry.validatedAt, 0) / 1000);
      const known = trace ?? begun;
      // An exemplar needs the long way of the metric.
      if (known?.sampled && given.startedAt - series.shown >= exemplarPause) {
        series.shown = given.startedAt;
        metrics.observe("http_request_duration_seconds", { method, route }, seconds, known);
      } else series.observe(seconds);
      const outcome: Outcome = { ...given, handling: "HIT", upstreamCalls: 0, isObserved: true };
      if (begun?.sampled) {
        const variant = `${status} ${method} ${arrival.headers.get("user-agent") ?? ""}`;
        tracing?.spanTemplates?.end(begun, given.like, variant, given.at, milliseconds, (by) =>
          recordHit(start(by, arrival), outcome),
        );
      } else if (trace) recordHit(trace, outcome);
      write(outcome, method, seconds, known);
    },
  };
}

function start(tracing: Pick<Tracing, "start">, arrival: Arrival): Trace {
  return tracing.start(toSpanMethod(arrival.method), arrival.headers, () => toAttributes(arrival));
}

/** A trace shows the look-up, whichever way the answer went. */
function recordHit(trace: Trace, outcome: Outcome): void {
  if (trace.sampled) {
    trace.child("cache get", { "edge_gists.cache.tier": "memory", "edge_gists.cache.found": true }).end();
  }
  finish(trace, outcome);
}

/** The method as a span's name has it. */
function toSpanMethod(method: string): string {
  return standardMethods.has(method) ? method : "HTTP";
}

/** OpenTelemetry's stable attributes of a server span; the path only, since a query may hold anything. */
function toAttributes({ method, url, headers }: Arrival): Attributes {
  const { protocol, hostname, port, pathname } = new URL(url);
  const isStandard = standardMethods.has(method);
  return {
    "http.request.method": isStandard ? method : "_OTHER",
    "http.request.method_original": isStandard ? undefined : method,
    "url.scheme": protocol.slice(0, -1),
    "url.path": pathname,
    "server.address": hostname === noHost ? undefined : hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    "user_agent.original": headers.get("user-agent") ?? undefined,
  };
}

function finish(trace: Trace, { method, route, status, handling, reason, upstreamCalls }: Outcome): void {
  if (!trace.sampled) return;
  if (route !== "unmatched") trace.rename(`${toSpanMethod(method)} ${route}`);
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
