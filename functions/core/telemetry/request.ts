import type { RequestContext } from "../context.ts";
import { noHost } from "../http/origin.ts";
import type { Ports } from "../ports.ts";
import type { Attributes, Carrier, Trace } from "./trace.ts";

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
export interface Outcome extends Omit<RequestContext, "peer" | "trace" | "prefix" | "path"> {
  method: string;
  status: number;
  /** Of the clock that never steps back, in ms. */
  startedAt: number;
  /** False for the service's own affairs, which are logged for debugging only. */
  isObserved: boolean;
  trace?: Trace | undefined;
}

/** Least time between two exemplars of hits in one series, in ms: a scrape sees the last only. */
const exemplarPause = 100;

export interface Recorder {
  /**
   * Starts the span of a request; undefined if nothing is traced.
   * @param hitKey as for Tracing
   */
  start(arrival: Arrival, hitKey?: string): Trace | undefined;
  /** Names a request for its client: the id of its trace, else one of its own, which its log line has too. */
  toRequestId(trace: Trace | undefined): string;
  end(outcome: Outcome): void;
}

/** Metrics of requests whose labels are equal. */
interface Series {
  counters: (() => void)[];
  observe: (seconds: number) => void;
  /** When the request began that is its last exemplar. */
  shownAt: number;
}

/** Follows requests: span, metrics and log line of one say the same. Labels are bounded: templates for paths, one word for odd methods. */
export function createRecorder({ metrics, elapsed, log, config, random, tracing }: Ports): Recorder {
  const observeAge = metrics.observer("cache_entry_age_seconds", {});
  /** By route, then by the other labels: one key of all would have to be hashed for each request. */
  const series = new Map<string, Map<string, Series>>();

  /** Metrics with their labels bound: to look up each of them for each request costs more than to count. */
  function seriesOf({ method, route, status, handling }: Outcome): Series {
    const key = `${method} ${status} ${handling}`;
    const ofRoute = series.get(route) ?? new Map<string, Series>();
    const known = ofRoute.get(key);
    if (known) return known;
    const counters = [metrics.counter("http_requests_total", { method, route, status })];
    if (handling !== undefined) {
      const isHit = handling === "HIT" || handling === "STALE";
      counters.push(
        metrics.counter("cache_results_total", { handling }),
        metrics.counter(isHit ? "cache_hits_total" : "cache_misses_total", {}),
      );
    }
    const observe = metrics.observer("http_request_duration_seconds", { method, route });
    const bound = { counters, observe, shownAt: -Infinity };
    series.set(route, ofRoute.set(key, bound));
    return bound;
  }

  function measure(outcome: Outcome, seconds: number): void {
    const { method, route, handling, age, reason, startedAt, trace } = outcome;
    const ofOutcome = seriesOf(outcome);
    for (const count of ofOutcome.counters) count();
    if (trace?.sampled && (handling !== "HIT" || startedAt - ofOutcome.shownAt >= exemplarPause)) {
      ofOutcome.shownAt = startedAt;
      metrics.observe("http_request_duration_seconds", { method, route }, seconds, trace);
    } else ofOutcome.observe(seconds);
    if (age !== undefined) observeAge(age);
    if (reason !== undefined) metrics.add("stale_served_total", { reason });
  }

  function write(outcome: Outcome, seconds: number): void {
    const { method, route, resource, status, handling, reason, upstreamCalls, isObserved, trace, requestId } = outcome;
    if (handling === "HIT" && random() >= config.LOG_HIT_RATIO) return;
    log(isObserved ? "info" : "debug", "request", {
      trace_id: trace?.traceId,
      span_id: trace?.spanId,
      request_id: trace || handling === "HIT" ? undefined : requestId,
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
    start: (arrival, hitKey) =>
      tracing?.start(toSpanMethod(arrival.method), arrival.headers, () => toAttributes(arrival), hitKey),

    toRequestId: (trace) => trace?.traceId ?? toHex(random()) + toHex(random()),

    end(outcome) {
      const seconds = (elapsed() - outcome.startedAt) / 1000;
      const labelled = servedMethods.has(outcome.method) ? outcome : { ...outcome, method: "other" };
      measure(labelled, seconds);
      if (outcome.trace?.sampled) finish(outcome.trace, outcome);
      write(labelled, seconds);
    },
  };
}

/** 8 hexadecimal digits of a number in [0, 1). */
function toHex(part: number): string {
  return (part * 2 ** 32 + 2 ** 32).toString(16).slice(1, 9);
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
