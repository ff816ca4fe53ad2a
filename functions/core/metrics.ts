import { Counter, Gauge, Histogram, type OpenMetricsContentType, Registry } from "prom-client";
import type { Build } from "./ports.ts";

/** OpenTelemetry's recommended buckets for request durations, in seconds (semantic conventions, HTTP metrics). */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

interface Definition {
  type: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  buckets?: readonly number[];
}

/** Every metric of the service: the registry, the dashboards and the docs are made from this table. */
export const metricTable = {
  http_requests_total: {
    type: "counter",
    help: "Requests answered, by method, route template and status.",
    labels: ["method", "route", "status"],
  },
  http_request_duration_seconds: {
    type: "histogram",
    help: "Time from a request's arrival to its answer's head, in seconds.",
    labels: ["method", "route"],
    buckets: durationBuckets,
  },
  http_requests_in_flight: { type: "gauge", help: "Requests being answered now.", labels: [] },
  cache_hits_total: { type: "counter", help: "Answers from a stored entry without waiting for GitHub.", labels: [] },
  cache_misses_total: { type: "counter", help: "Answers for which GitHub had to be asked or waited for.", labels: [] },
  cache_results_total: {
    type: "counter",
    help: "Answers by what the layers did (the same word as in Cache-Status handling).",
    labels: ["handling"],
  },
  github_api_requests_total: {
    type: "counter",
    help: 'Calls to GitHub by status; "error" where none came.',
    labels: ["status"],
  },
  github_api_request_duration_seconds: {
    type: "histogram",
    help: "Time from a call to GitHub to its answer's last byte, retries counted in, in seconds.",
    labels: [],
    buckets: durationBuckets,
  },
  upstream_queue_length: { type: "gauge", help: "Calls to GitHub that wait for their turn now.", labels: [] },
  upstream_queue_wait_seconds: {
    type: "histogram",
    help: "Time that calls to GitHub waited for their turn, in seconds.",
    labels: [],
    buckets: durationBuckets,
  },
  stale_served_total: {
    type: "counter",
    help: "Stale answers that stood in for GitHub's, by the failure that they bridged.",
    labels: ["reason"],
  },
  shared_cache_errors_total: {
    type: "counter",
    help: "Operations of the shared cache that failed, came late or brought what is no entry.",
    labels: ["operation", "reason"],
  },
  edge_gists_build_info: {
    type: "gauge",
    help: "Always 1; the build is in the labels.",
    labels: ["version", "commit"],
  },
} as const satisfies Record<string, Definition>;

export type MetricName = keyof typeof metricTable;
type Labels<Name extends MetricName> = Record<(typeof metricTable)[Name]["labels"][number], string | number>;

export interface Metrics {
  /** Adds to a counter or a gauge; 1 unless told. */
  add<Name extends MetricName>(name: Name, labels: Labels<Name>, value?: number): void;
  /** Sets a gauge. */
  set<Name extends MetricName>(name: Name, labels: Labels<Name>, value: number): void;
  /** Records a histogram's observation. */
  observe<Name extends MetricName>(name: Name, labels: Labels<Name>, value: number): void;
  /** The exposition in the format that `Accept` prefers. */
  expose(accept: string | undefined): Promise<{ contentType: string; body: string }>;
}

/** A registry of its own with every metric of the table. */
export function createMetrics(build: Build): Metrics {
  const text = new Registry();
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  // Typed by their content type, and yet one metric may be in both.
  const registers = [text, openMetrics] as unknown as Registry[];
  const instruments = new Map(
    Object.entries(metricTable).map(([name, definition]) => [name, toInstrument(name, definition, registers)] as const),
  );

  const metrics: Metrics = {
    add(name, labels, value = 1) {
      const instrument = instruments.get(name);
      if (instrument instanceof Counter || instrument instanceof Gauge) instrument.inc(labels, value);
    },
    set(name, labels, value) {
      const instrument = instruments.get(name);
      if (instrument instanceof Gauge) instrument.set(labels, value);
    },
    observe(name, labels, value) {
      const instrument = instruments.get(name);
      if (instrument instanceof Histogram) instrument.observe(labels, value);
    },
    async expose(accept) {
      const registry = prefersOpenMetrics(accept) ? openMetrics : text;
      return { contentType: registry.contentType, body: await registry.metrics() };
    },
  };
  metrics.add("edge_gists_build_info", { version: build.version, commit: build.commit });
  return metrics;
}

function toInstrument(name: string, { type, help, labels, buckets }: Definition, registers: Registry[]) {
  const options = { name, help, labelNames: [...labels], registers };
  switch (type) {
    case "counter":
      return new Counter(options);
    case "gauge":
      return new Gauge(options);
    case "histogram":
      return new Histogram({ ...options, buckets: [...(buckets ?? [])] });
    default:
      return type satisfies never;
  }
}

/** Prometheus asks for OpenMetrics first where it can read it; without a wish, the older text format is safest. */
function prefersOpenMetrics(accept: string | undefined): boolean {
  const ranges = accept?.toLowerCase().split(",");
  const weightOf = (type: string) => {
    const range = ranges?.find((item) => item.split(";", 1)[0]?.trim() === type);
    return range === undefined ? 0 : Number(/;\s*q=([\d.]+)/.exec(range)?.[1] ?? 1);
  };
  const openMetrics = weightOf("application/openmetrics-text");
  return openMetrics > 0 && openMetrics >= weightOf("text/plain");
}
