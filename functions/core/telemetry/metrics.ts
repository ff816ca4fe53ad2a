import { Counter, Gauge, Histogram, type Metric, type OpenMetricsContentType, Registry } from "prom-client";
import { bindHistogram } from "./bind-histogram.ts";
import { type MetricDefinition, type MetricName, metricTable } from "./metrics-table.ts";
import type { Build } from "../config/build.ts";
import { parseAccept } from "../http/accept.ts";
import type { Trace } from "./trace.ts";

type Labels<Name extends MetricName> = Record<(typeof metricTable)[Name]["labels"][number], string | number>;

/** The metrics of one type: a call for another type is a compile error. */
type NameOf<Type extends MetricDefinition["type"]> = {
  [Name in MetricName]: (typeof metricTable)[Name]["type"] extends Type ? Name : never;
}[MetricName];

export interface Metrics {
  /** Adds to a counter; 1 by default. */
  add<Name extends NameOf<"counter">>(name: Name, labels: Labels<Name>, value?: number): void;
  /** Sets a gauge. */
  set<Name extends NameOf<"gauge">>(name: Name, labels: Labels<Name>, value: number): void;
  /** Removes a gauge's value. */
  remove<Name extends NameOf<"gauge">>(name: Name, labels: Labels<Name>): void;
  /** Records an observation of a histogram, with the trace as its exemplar if the table says so. */
  observe<Name extends NameOf<"histogram">>(
    name: Name,
    labels: Labels<Name>,
    value: number,
    trace?: Pick<Trace, "traceId" | "sampled">,
  ): void;
  /** A counter with its labels bound, for frequent events: the count is buffered and added before each exposition. */
  counter<Name extends NameOf<"counter">>(name: Name, labels: Labels<Name>): () => void;
  /** A histogram with its labels bound. */
  observer<Name extends NameOf<"histogram">>(name: Name, labels: Labels<Name>): (value: number) => void;
  /** Runs before every exposition, for values that are expensive to keep up to date. */
  onExpose(collect: () => void | Promise<void>): void;
  /** Adds a runtime's own metrics. */
  adopt(metrics: readonly Metric[]): void;
  /** The exposition in the format that `Accept` prefers. */
  expose(accept: string | undefined): Promise<{ contentType: string; body: string }>;
}

/**
 * A registry of its own with every metric of the table.
 * @param scope the scope of the counts: a Worker has many isolates, and each counts for itself
 */
export function createMetrics(build: Build, scope: "process" | "isolate" = "process"): Metrics {
  const openMetrics = new Registry<OpenMetricsContentType>();
  openMetrics.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const text = new Registry();
  const names = new Map<Metric, string>();
  const collectors: (() => void | Promise<void>)[] = [];

  function register(metric: Metric, name: string): void {
    names.set(metric, name);
    openMetrics.registerMetric(metric as Metric);
    // Registered afterwards: a metric with exemplars refuses a text registry, although that registry omits them
    // correctly.
    text.registerMetric(metric as Metric);
  }

  const instruments = new Map<string, Instrument>(
    Object.entries(metricTable).map(([name, definition]) => {
      const instrument = toInstrument(name, definition);
      register(instrument, name);
      return [name, instrument];
    }),
  );

  /** The instrument of a name. The types above guarantee its kind. */
  const find = <Kind extends Instrument>(name: MetricName) => instruments.get(name) as Kind;

  const metrics: Metrics = {
    add: (name, labels, value = 1) => find<Counter>(name).inc(labels, value),
    set: (name, labels, value) => find<Gauge>(name).set(labels, value),
    remove: (name, labels) => find<Gauge>(name).remove(labels),
    observe(name, labels, value, trace) {
      const histogram = find<Histogram>(name);
      if (!("exemplars" in metricTable[name])) return histogram.observe(labels, value);
      // The declared type does not know label names.
      const exemplarLabels = (trace?.sampled ? { trace_id: trace.traceId } : {}) as never;
      histogram.observe({ labels, value, exemplarLabels });
    },
    counter(name, labels) {
      let count = 0;
      collectors.push(() => {
        if (count > 0) metrics.add(name, labels, count);
        count = 0;
      });
      return () => void (count += 1);
    },
    observer: (name, labels) => bindHistogram(find(name), labels),
    onExpose: (collect) => void collectors.push(collect),
    adopt(adopted) {
      for (const metric of adopted) register(metric, (metric as unknown as { name: string }).name);
    },
    async expose(accept) {
      await Promise.all(collectors.map((collect) => collect()));
      if (prefersOpenMetrics(accept ?? "")) {
        return { contentType: openMetrics.contentType, body: await openMetrics.metrics() };
      }
      // prom-client removes `_total` from a counter's name when it writes OpenMetrics, and does not restore it.
      for (const [metric, name] of names) Object.assign(metric, { name });
      return { contentType: text.contentType, body: await text.metrics() };
    },
  };
  metrics.set("edge_gists_build_info", { version: build.version, commit: build.commit, scope }, 1);
  return metrics;
}

type Instrument = Counter | Gauge | Histogram;

function toInstrument(name: string, { type, help, labels, buckets, exemplars = false }: MetricDefinition) {
  const options = { name, help, labelNames: [...labels], registers: [], enableExemplars: exemplars };
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

/** Prometheus prefers OpenMetrics if it can read it. Without a preference, the older text format is safest. */
function prefersOpenMetrics(accept: string): boolean {
  const preferences = parseAccept(accept);
  const weightOf = (type: string) => preferences.find(({ name }) => name === type)?.weight ?? 0;
  const openMetrics = weightOf("application/openmetrics-text");
  return openMetrics > 0 && openMetrics >= weightOf("text/plain");
}
