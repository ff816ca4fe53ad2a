/** What users are promised, once: the burn-rate rules, the dashboards' thresholds and the docs come from here. */

/** The gateway's metrics of requests to the service's revisions: they outlive pods. */
export const gateway =
  'reporter="source",source_workload="istio-ingressgateway",destination_service_namespace="edge-gists",destination_service_name=~"edge-gists-.+"';

/**
 * A bucket's bound as it is stored: Alloy writes integers with a fraction (`le="1000.0"`), other collectors do not.
 * @param bound in the histogram's unit
 */
export function le(bound: number): string {
  return Number.isInteger(bound) ? `le=~"${bound}([.]0)?"` : `le="${bound}"`;
}

export interface Slo {
  /** Label `slo` of its recording rules. */
  slo: string;
  /** Beginning of its alerts' names. */
  alert: string;
  /** Part of the events that must be good over `sloDays`. */
  target: number;
  /** The objective, in words. */
  promise: string;
  /** PromQL of the part of bad events over a window; no value where there were none: one 0 / 0 would spoil every average. */
  badRatio: (window: string) => string;
}

/** Longest an answer may take at the gateway, in milliseconds; a bucket of Istio's histogram. */
export const slowMilliseconds = 1000;
/** Oldest that a stored answer may be, in seconds; a bucket of `cache_entry_age_seconds`. Twice the usual lifetime. */
export const oldSeconds = 120;
/** Time over which the targets hold. */
export const sloDays = 30;

export const slos: readonly Slo[] = [
  {
    slo: "availability",
    alert: "Availability",
    target: 0.999,
    promise: "requests get no server error",
    // Without a single error there is no series of them: that is 0.
    badRatio: (window) => {
      const all = `sum(rate(istio_requests_total{${gateway}}[${window}]))`;
      return `(sum(rate(istio_requests_total{${gateway},response_code=~"5.."}[${window}])) or 0 * ${all}) / (${all} > 0)`;
    },
  },
  {
    slo: "latency",
    alert: "Latency",
    target: 0.99,
    promise: `requests get a response within ${slowMilliseconds / 1000} s`,
    badRatio: (window) =>
      `1 - sum(rate(istio_request_duration_milliseconds_bucket{${gateway},${le(slowMilliseconds)}}[${window}])) / (sum(rate(istio_request_duration_milliseconds_count{${gateway}}[${window}])) > 0)`,
  },
  {
    slo: "freshness",
    alert: "Freshness",
    target: 0.99,
    promise: `cached responses are no older than ${oldSeconds} s`,
    badRatio: (window) =>
      `1 - sum(rate(cache_entry_age_seconds_bucket{job="edge-gists",${le(oldSeconds)}}[${window}])) / (sum(rate(cache_entry_age_seconds_count{job="edge-gists"}[${window}])) > 0)`,
  },
];

export interface BurnRate {
  /** Both windows must burn this many times faster than the budget lasts. */
  factor: number;
  /** Says that it matters. */
  long: string;
  /** Says that it goes on. */
  short: string;
}

/** Google's SRE workbook, chapter 5, table 5-8: 2 %, 5 %, 10 % and 10 % of the month's budget spent. */
export const burnRates: Readonly<
  Record<"BurnsFast" | "BurnsSlowly", { severity: string; rates: readonly BurnRate[] }>
> = {
  BurnsFast: {
    severity: "critical",
    rates: [
      { factor: 14.4, long: "1h", short: "5m" },
      { factor: 6, long: "6h", short: "30m" },
    ],
  },
  BurnsSlowly: {
    severity: "warning",
    rates: [
      { factor: 3, long: "1d", short: "2h" },
      { factor: 1, long: "3d", short: "6h" },
    ],
  },
};
