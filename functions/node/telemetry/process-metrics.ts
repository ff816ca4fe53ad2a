import { collectDefaultMetrics, type Gauge, type Metric, Registry } from "prom-client";

/**
 * Gauges with the suffix `_total`, which promtool refuses; the metrics of the same names without the suffix have more
 * detail.
 */
const misnamed = /^nodejs_active_\w+_total$/;

/** When the process started, in seconds, which prom-client rounds: pods that start within a second would look the same. */
const startTime = "process_start_time_seconds";

/** Process and event-loop metrics under their usual names (process_*, nodejs_*). */
export function createProcessMetrics(): readonly Metric[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const start = register.getSingleMetric(startTime) as Gauge & { collect: () => void };
  start.collect = () => start.set(performance.timeOrigin / 1000);
  const metrics = register.getMetricsAsArray() as unknown as (Metric & { name: string })[];
  return metrics.filter(({ name }) => !misnamed.test(name));
}
