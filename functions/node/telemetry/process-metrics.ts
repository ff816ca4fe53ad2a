import { collectDefaultMetrics, type Metric, Registry } from "prom-client";

/**
 * Gauges with the suffix `_total`, which promtool refuses; the metrics of the same names without the suffix have more
 * detail.
 */
const misnamed = /^nodejs_active_\w+_total$/;

/** Process and event-loop metrics under their usual names (process_*, nodejs_*). */
export function createProcessMetrics(): readonly Metric[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const metrics = register.getMetricsAsArray() as unknown as (Metric & { name: string })[];
  return metrics.filter(({ name }) => !misnamed.test(name));
}
