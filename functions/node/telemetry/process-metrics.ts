import { collectDefaultMetrics, type Metric, Registry } from "prom-client";

/** Named `_total` though they are gauges, which promtool refuses; and their like without the suffix say more. */
const misnamed = /^nodejs_active_\w+_total$/;

/** Process and event-loop metrics under their usual names (process_*, nodejs_*). */
export function createProcessMetrics(): readonly Metric[] {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const metrics = register.getMetricsAsArray() as unknown as (Metric & { name: string })[];
  return metrics.filter(({ name }) => !misnamed.test(name));
}
