import type { metricTable, MetricName } from "../../functions/core/telemetry/metrics-table.ts";
import { gateway, sloDays, type Slo } from "../slo.ts";
import { recorded } from "../slo-rules.ts";

type Series<Name extends MetricName> = (typeof metricTable)[Name]["type"] extends "histogram"
  ? `${Name}_bucket` | `${Name}_count` | `${Name}_sum`
  : Name;

/** A series of the service's own table, in the chosen namespace. */
export function own<Name extends MetricName>(name: Series<Name>, ...matchers: string[]): string {
  return `${name}{${['job="edge-gists"', 'namespace=~"$namespace"', ...matchers].join(",")}}`;
}

/** A series of Node's process, which prom-client makes. */
export function ofProcess(name: `nodejs_${string}` | `process_${string}`): string {
  return `${name}{job="edge-gists",namespace=~"$namespace"}`;
}

/** The gateway's metrics of the service. */
export function atGateway(name: string, ...matchers: string[]): string {
  return `${name}{${[gateway, ...matchers].join(",")}}`;
}

export function rate(series: string): string {
  return `rate(${series}[$__rate_interval])`;
}

/** @param by labels that stay */
export function sumRate(series: string, ...by: string[]): string {
  return `sum${by.length > 0 ? ` by (${by.join(", ")})` : ""} (${rate(series)})`;
}

/**
 * The fraction of a counter's rate that some of its series have: 0, and not unknown, while there is none of these.
 * @param by labels that stay
 */
export function fraction(part: string, whole: string, ...by: string[]): string {
  return `(${sumRate(part, ...by)} or 0 * ${sumRate(whole, ...by)}) / ${sumRate(whole, ...by)}`;
}

export function quantile(q: number, buckets: string, ...by: string[]): string {
  return `histogram_quantile(${q}, ${sumRate(buckets, "le", ...by)})`;
}

/** The remaining error budget of an objective over its window: 1 untouched, below 0 missed. Averages over time, not requests. */
export function budgetLeft({ slo, target }: Slo): string {
  return `1 - avg_over_time(${recorded(slo, "5m")}[${sloDays}d]) / ${Number((1 - target).toPrecision(6))}`;
}
