import type { Panel } from "../model.ts";
import { atGateway, fraction, own, quantile, sumRate } from "../promql.ts";

const quantiles = [0.5, 0.95, 0.99] as const;
const requests = own("http_requests_total");

/** Requests, failures and durations. */
export const traffic: Panel[] = [
  {
    title: "How many requests, and with which status?",
    description: "Responses of the service. Failures at the gateway are on the dashboard of the mesh.",
    unit: "reqps",
    queries: [{ expr: sumRate(requests, "status"), legend: "{{status}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Which part fails?",
    description: "Server errors at the gateway and of the service. Errors at the gateway only never reached a pod.",
    unit: "percentunit",
    thresholds: [
      [0, "green"],
      [0.001, "red"],
    ],
    queries: [
      {
        expr: fraction(atGateway("istio_requests_total", 'response_code=~"5.."'), atGateway("istio_requests_total")),
        legend: "at the gateway",
      },
      {
        expr: fraction(own("http_requests_total", 'status=~"5.."'), requests),
        legend: "of the service",
      },
    ],
    min: 0,
  },
  {
    title: "How long does a response take?",
    description: "Time until the response headers. A dot is a traced request: click it for its trace.",
    unit: "s",
    thresholds: [
      [0, "green"],
      [1, "red"],
    ],
    queries: quantiles.map((q) => ({
      expr: quantile(q, own("http_request_duration_seconds_bucket")),
      legend: `P${q * 100}`,
      exemplars: true,
    })),
    min: 0,
  },
  {
    title: "Which route is slow?",
    description: "P95 by route template.",
    unit: "s",
    queries: [
      {
        expr: quantile(0.95, own("http_request_duration_seconds_bucket"), "route"),
        legend: "{{route}}",
        exemplars: true,
      },
    ],
    min: 0,
  },
];
