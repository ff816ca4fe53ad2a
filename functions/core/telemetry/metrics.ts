import { Counter, Gauge, Histogram, type Metric, type OpenMetricsContentType, Registry } from "prom-client";
import { bindHistogram } from "./bind-histogram.ts";
import { type MetricDefinition, type MetricName, metricTable } from "./metrics-table.ts";
import type { Build } from "../config/build.ts";
import { parseAccept } from "../http/accept.ts";
import type { Trace } from "./trace.ts";

type Labels<Name extends MetricName> = Record<(typeof metricTable)[Name]["labels"][number], string | number>;

export interface Metrics {
  /** Adds to a counter or a gauge; 1 unless told. */
  add<Name extends MetricName>(name: Name, labels: Labels<Name>, value?: number): void;
  /** Sets a gauge. */
  set<Name extends MetricName>(name: Name, labels: Labels<Name>, value: number): void;
  /** Records a histogram's observation, with the trace as its exemplar where the table says so. */
  observe<Name extends MetricName>(
    name: Name,
    labels: Labels<Name>,
    value: number,
    trace?: Pick<Trace, "traceId" | "sampled">,
  ): void;
  /** A counter's child with its labels bound, for what happens all the time: counted up aside, and added when exposed. */
  counter<Name extends MetricName>(name: Name, labels: Labels<Name>): () => void;
  /** A histogram's child with its labels bound. */
  observer<Name extends MetricName>(name: Name, labels: Labels<Name>): (value: number) => void;
  /** Runs before every exposition, to set what is only worth knowing then. */
  onExpose(collect: () => void | Promise<void>): void;
  /** Takes in a runtime's own metrics. */
  adopt(metrics: readonly Metric[]): void;
  /** The exposition in the format that `Accept` prefers. */
  expose(accept: string | undefined): Promise<{ contentType: string; body: string }>;
}

/**
 * A registry of its own with every metric of the table.
 * @param scope what is counted here: a Worker has many isolates, and each answers for itself
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
    // Registered afterwards: a metric with exemplars refuses a text registry, which yet leaves them out rightly.
    text.registerMetric(metric as Metric);
  }

  const instruments = new Map(
    Object.entries(metricTable).map(([name, definition]) => {
      const instrument = toInstrument(name, definition);
      register(instrument, name);
      return [name, { instrument, exemplars: "exemplars" in definition }] as const;
    }),
  );

  const metrics: Metrics = {
    add(name, labels, value = 1) {
      const instrument = instruments.get(name)?.instrument;
      if (instrument instanceof Counter || instrument instanceof Gauge) instrument.inc(labels, value);
    },
    set(name, labels, value) {
      const instrument = instruments.get(name)?.instrument;
      if (instrument instanceof Gauge) instrument.set(labels, value);
    },
    observe(name, labels, value, trace) {
      const { instrument, exemplars } = instruments.get(name)!;
      if (!(instrument instanceof Histogram)) return;
      if (!exemplars) return instrument.observe(labels, value);
      // The declared type knows no label names here.
      const exemplarLabels = (trace?.sampled ? { trace_id: trace.traceId } : {}) as never;
      instrument.observe({ labels, value, exemplarLabels });
    },
    counter(name, labels) {
      let count = 0;
      collectors.push(() => {
        if (count > 0) metrics.add(name, labels, count);
        count = 0;
      });
      return () => void (count += 1);
    },
    observer(name, labels) {
      const { instrument } = instruments.get(name)!;
      if (!(instrument instanceof Histogram)) throw new TypeError(`${name} is no histogram`);
      return bindHistogram(instrument, labels);
    },
    onExpose: (collect) => void collectors.push(collect),
    adopt(adopted) {
      for (const metric of adopted) register(metric, (metric as unknown as { name: string }).name);
    },
    async expose(accept) {
      await Promise.all(collectors.map((collect) => collect()));
      if (prefersOpenMetrics(accept ?? "")) {
        return { contentType: openMetrics.contentType, body: await openMetrics.metrics() };
      }
      // prom-client cuts `_total` from a counter's name when it writes OpenMetrics, and leaves it so.
      for (const [metric, name] of names) Object.assign(metric, { name });
      return { contentType: text.contentType, body: await text.metrics() };
    },
  };
  metrics.add("edge_gists_build_info", { version: build.version, commit: build.commit, scope });
  return metrics;
}

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

/** Prometheus asks for OpenMetrics first where it can read it; without a preference, the older text format is safest. */
function prefersOpenMetrics(accept: string): boolean {
  const preferences = parseAccept(accept);
  const weightOf = (type: string) => preferences.find(({ name }) => name === type)?.weight ?? 0;
  const openMetrics = weightOf("application/openmetrics-text");
  return openMetrics > 0 && openMetrics >= weightOf("text/plain");
}
