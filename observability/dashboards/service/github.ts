import type { Panel } from "../model.ts";
import { own, quantile, rate, sumRate } from "../promql.ts";

const remaining = 'github:rate_limit_remaining:min{namespace=~"$namespace"}';
const limit = 'github:rate_limit_limit:max{namespace=~"$namespace"}';

/** GitHub's quota, calls and limits. */
export const github: Panel[] = [
  {
    title: "How much of GitHub's quota is left?",
    description: "By index of the token. Only pods that called since the last reset count.",
    unit: "percentunit",
    thresholds: [
      [0, "red"],
      [0.1, "yellow"],
      [0.5, "green"],
    ],
    queries: [{ expr: `${remaining} / ${limit}`, legend: "token {{token}}" }],
    min: 0,
    max: 1,
  },
  {
    title: "How much will be left when it resets?",
    description:
      "If calls continue as in the last ten minutes. Below zero, the quota will run out before the reset. After a reset it takes ten minutes to be right again.",
    unit: "short",
    thresholds: [
      [0, "red"],
      [0, "green"],
    ],
    queries: [
      {
        expr: `${remaining} + clamp_max(deriv(${remaining}[10m]), 0) * on (namespace, token) (max by (namespace, token) (${own("github_rate_limit_reset_timestamp_seconds")}) - time())`,
        legend: "token {{token}}",
      },
    ],
  },
  {
    title: "Which statuses does GitHub send?",
    description: "304 costs no quota. 403 and 429 are limits. error: no response.",
    unit: "reqps",
    queries: [{ expr: sumRate(own("github_api_requests_total"), "status"), legend: "{{status}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Does GitHub make tokens for the GitHub App?",
    description: "By installation. failed: no request for a pause; the old token is used while it is valid.",
    unit: "short",
    queries: [
      {
        expr: `sum by (token, outcome) (increase(${own("github_app_tokens_total")}[1h]))`,
        legend: "{{token}}: {{outcome}}",
      },
    ],
    min: 0,
  },
  {
    title: "Which validator does GitHub confirm?",
    description:
      "known: GitHub's own ETag. derived: the service's guess for a token that has none. repeated: a full response that should have been a 304.",
    unit: "reqps",
    queries: [{ expr: sumRate(own("github_revalidations_total"), "validator"), legend: "{{validator}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "How long does GitHub take, and how long do calls wait?",
    description: "Waiting: for a free slot in the service's own queue.",
    unit: "s",
    queries: [
      {
        expr: quantile(0.95, own("github_api_request_duration_seconds_bucket")),
        legend: "GitHub, P95",
        exemplars: true,
      },
      { expr: quantile(0.95, own("upstream_queue_wait_seconds_bucket")), legend: "waiting, P95" },
    ],
    min: 0,
  },
  {
    title: "Are all tokens valid?",
    description: "No: GitHub refused it, and it is suspended.",
    unit: "bool_yes_no",
    kind: "stat",
    thresholds: [
      [0, "red"],
      [1, "green"],
    ],
    queries: [{ expr: `min by (token) (${own("github_token_valid")})`, legend: "token {{token}}", instant: true }],
    width: 6,
  },
  {
    title: "How many calls wait, and how many requests share a call?",
    description: "Waiters share one call. The queue waits for a free slot.",
    unit: "short",
    queries: [
      { expr: `sum(${own("upstream_queue_length")})`, legend: "for their turn" },
      { expr: `sum(${own("cache_waiters")})`, legend: "for another's call" },
    ],
    width: 9,
    min: 0,
  },
  {
    title: "How many bytes of files come from GitHub?",
    description: "Received from the raw host, and in memory while they are received.",
    unit: "bytes",
    queries: [
      { expr: `sum(${rate(own("github_raw_bytes_total"))})`, legend: "received a second" },
      { expr: `sum(${own("github_raw_bytes_in_flight")})`, legend: "in memory" },
    ],
    width: 9,
    min: 0,
  },
  {
    title: "What does GitHub's raw host respond?",
    description:
      "Calls for files that GitHub's API does not give whole, by status. Their limits are not those of the API.",
    unit: "short",
    queries: [
      { expr: sumRate(own("github_raw_requests_total"), "status"), legend: "{{status}}, a second" },
      { expr: `sum(${own("github_raw_queue_length")})`, legend: "waiting" },
      { expr: `sum(${own("github_raw_circuit_open")})`, legend: "pods with an open circuit" },
    ],
    min: 0,
  },
  {
    title: "Is the circuit to GitHub open?",
    description: "Pods whose circuit is open. They send probes only.",
    unit: "short",
    queries: [
      { expr: `sum(${own("upstream_circuit_open")})`, legend: "pods" },
      { expr: sumRate(own("upstream_circuit_changes_total"), "to"), legend: "changes a second to {{to}}" },
    ],
    min: 0,
  },
  {
    title: "Do all pods share GitHub's limits?",
    description:
      "Calls under way over all pods, and their limit. A pod that counts alone does not know what GitHub said to the others.",
    unit: "short",
    queries: [
      { expr: `max(${own("github_fleet_calls")})`, legend: "calls under way" },
      { expr: `max(${own("github_fleet_calls_limit")})`, legend: "limit" },
      { expr: `sum(${own("github_fleet_queue_length")})`, legend: "waiting" },
      { expr: `sum(${own("github_fleet_alone")})`, legend: "pods that count alone" },
      { expr: sumRate(own("github_fleet_errors_total"), "operation", "reason"), legend: "{{operation}}: {{reason}}" },
    ],
    width: 24,
    min: 0,
  },
];
