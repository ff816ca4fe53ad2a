import { burnRates, oldSeconds, slos } from "../slo.ts";
import { recorded } from "../slo-rules.ts";
import { toDashboard } from "./dashboard.ts";
import type { Panel } from "./model.ts";
import { atGateway, budgetLeft, ofProcess, own, quantile, rate, sumRate } from "./promql.ts";

const quantiles = [0.5, 0.95, 0.99] as const;
const fastBurn = burnRates.BurnsFast.rates[0]?.factor ?? 1;

const requests = own("http_requests_total");
const remaining = 'github:rate_limit_remaining:min{namespace=~"$namespace"}';
const limit = 'github:rate_limit_limit:max{namespace=~"$namespace"}';

const objectives: Panel[] = [
  ...slos.map((slo): Panel => ({
    title: `How much of the ${slo.slo} budget is left?`,
    description: `Objective: ${Number((slo.target * 100).toPrecision(6))} % of ${slo.promise}. 100 %: nothing spent in 30 days. Below 0: missed. Averaged over time, not over requests.`,
    unit: "percentunit",
    kind: "stat",
    thresholds: [
      [-1, "red"],
      [0, "yellow"],
      [0.25, "green"],
    ],
    queries: [{ expr: budgetLeft(slo), instant: true }],
    width: 8,
    height: 5,
  })),
  {
    title: "How fast are the budgets spent?",
    description: "1: the budget lasts exactly 30 days. The line is the threshold of the fast alert, over an hour.",
    unit: "none",
    thresholds: [
      [0, "green"],
      [fastBurn, "red"],
    ],
    queries: slos.map(({ slo, target }) => ({
      expr: `${recorded(slo, "1h")} / ${Number((1 - target).toPrecision(6))}`,
      legend: slo,
    })),
    width: 24,
    height: 6,
    min: 0,
  },
];

const traffic: Panel[] = [
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
        expr: `${sumRate(atGateway("istio_requests_total", 'response_code=~"5.."'))} / ${sumRate(atGateway("istio_requests_total"))}`,
        legend: "at the gateway",
      },
      {
        expr: `${sumRate(own("http_requests_total", 'status=~"5.."'))} / ${sumRate(requests)}`,
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

const cache: Panel[] = [
  {
    title: "What did the cache do?",
    description: "The outcomes that spans and logs use too. MISS, REVALIDATED and CHANGED called GitHub.",
    unit: "reqps",
    queries: [{ expr: sumRate(own("cache_results_total"), "handling"), legend: "{{handling}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Which fraction is served without waiting for GitHub?",
    description: "Low after a start, while the memory tier is empty. The shared tier should respond then.",
    unit: "percentunit",
    queries: [
      {
        expr: `${sumRate(own("cache_hits_total"))} / (${sumRate(own("cache_hits_total"))} + ${sumRate(own("cache_misses_total"))})`,
        legend: "all",
      },
      {
        expr: `${sumRate(own("cache_lookups_total", 'found="fresh"'), "tier")} / ${sumRate(own("cache_lookups_total"), "tier")}`,
        legend: "fresh in {{tier}}",
      },
    ],
    min: 0,
    max: 1,
  },
  {
    title: "How old are the responses?",
    description: `Above ${oldSeconds} s a response counts against freshness: GitHub is not called, or does not respond.`,
    unit: "s",
    thresholds: [
      [0, "green"],
      [oldSeconds, "red"],
    ],
    queries: quantiles.map((q) => ({
      expr: quantile(q, own("cache_entry_age_seconds_bucket")),
      legend: `P${q * 100}`,
    })),
    min: 0,
  },
  {
    title: "Which failures are covered by stale responses?",
    description: "The failure because of which a stale response was sent.",
    unit: "reqps",
    queries: [{ expr: sumRate(own("stale_served_total"), "reason"), legend: "{{reason}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Does the shared tier fail?",
    description: "After a failure the tier is not used for up to 30 s. A few errors a minute are therefore an outage.",
    unit: "ops",
    queries: [
      { expr: sumRate(own("shared_cache_errors_total"), "operation", "reason"), legend: "{{operation}}: {{reason}}" },
      { expr: sumRate(own("shared_cache_skipped_total")), legend: "too large to be shared" },
      { expr: sumRate(own("redis_servers_lost_total"), "topology"), legend: "{{topology}}: Redis server lost" },
    ],
    min: 0,
  },
  {
    title: "Do purges reach the pods?",
    description:
      "Purges by pod and source. Each pod should have those of all others. A pod that receives none is not connected to Redis.",
    unit: "short",
    queries: [
      { expr: sumRate(own("cache_purges_total"), "source"), legend: "{{source}}, per second" },
      { expr: `min(${own("cache_purges_received")})`, legend: "all pods receive purges" },
    ],
    min: 0,
  },
  {
    title: "How full is the memory tier?",
    description: "By pod, as its limit counts them.",
    unit: "bytes",
    queries: [{ expr: own("cache_size_bytes"), legend: "{{pod}}" }],
    min: 0,
  },
];

const github: Panel[] = [
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
    description: "If calls continue as in the last ten minutes. Below zero, the quota will run out before the reset.",
    unit: "short",
    thresholds: [
      [0, "red"],
      [0, "green"],
    ],
    queries: [
      {
        expr: `${remaining} + deriv(${remaining}[10m]) * on (namespace, token) (max by (namespace, token) (${own("github_rate_limit_reset_timestamp_seconds")}) - time())`,
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
    title: "What does GitHub's raw host respond?",
    description:
      "Calls for files that GitHub's API does not give whole, by status. Their limits are not those of the API.",
    unit: "reqps",
    queries: [
      { expr: sumRate(own("github_raw_requests_total"), "status"), legend: "{{status}}" },
      { expr: `sum(${own("github_raw_queue_length")})`, legend: "waiting" },
      { expr: `sum(${own("github_raw_circuit_open")})`, legend: "pods with an open circuit" },
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
    title: "Is the circuit to GitHub open?",
    description: "Pods whose circuit is open. They send probes only.",
    unit: "short",
    queries: [
      { expr: `sum(${own("upstream_circuit_open")})`, legend: "pods" },
      { expr: sumRate(own("upstream_circuit_changes_total"), "to"), legend: "changes a second to {{to}}" },
    ],
    width: 9,
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
    min: 0,
  },
];

const processes: Panel[] = [
  {
    title: "How many pods are active?",
    description: "Pods that are scraped. Zero is not a fault.",
    unit: "short",
    queries: [
      { expr: `count(${own("edge_gists_build_info")}) or vector(0)`, legend: "pods" },
      { expr: `sum(${own("http_requests_in_flight")})`, legend: "requests in flight" },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "How much memory do they take?",
    description: "Resident, by pod; the limit is in the chart's values.",
    unit: "bytes",
    queries: [{ expr: ofProcess("process_resident_memory_bytes"), legend: "{{pod}}" }],
    width: 8,
    min: 0,
  },
  {
    title: "How much of it is in transit?",
    description:
      "Bodies that clients have not read yet, GitHub responses that are being read, and the fast path's request index. Each has a limit of its own.",
    unit: "bytes",
    queries: [
      { expr: `sum by (pod) (${own("http_response_bytes_in_flight")})`, legend: "to clients {{pod}}" },
      { expr: `sum by (pod) (${own("upstream_bytes_in_flight")})`, legend: "from GitHub {{pod}}" },
      { expr: `sum by (pod) (${own("cache_spellings_bytes")})`, legend: "spellings {{pod}}" },
    ],
    width: 12,
    min: 0,
  },
  {
    title: "Which clients are disconnected?",
    description:
      "Responses cut off because their clients read nothing, connections closed because there were too many, and open connections.",
    unit: "short",
    queries: [
      { expr: sumRate(own("http_responses_cut_total"), "reason"), legend: "answers a second, {{reason}}" },
      { expr: sumRate(own("http_connections_cut_total"), "pod"), legend: "connections a second {{pod}}" },
      { expr: `sum by (pod) (${own("http_connections")})`, legend: "open connections {{pod}}" },
    ],
    width: 12,
    min: 0,
  },
  {
    title: "Is a process too busy to respond?",
    description: "P99 of the event loop's lag, and CPU time.",
    unit: "s",
    queries: [
      { expr: ofProcess("nodejs_eventloop_lag_p99_seconds"), legend: "lag {{pod}}" },
      { expr: rate(ofProcess("process_cpu_seconds_total")), legend: "processor {{pod}}" },
    ],
    width: 8,
    min: 0,
  },
  {
    title: "Which build is running?",
    description: "Pods by version, commit and revision.",
    unit: "short",
    kind: "table",
    queries: [{ expr: `count by (version, commit, revision) (${own("edge_gists_build_info")})`, instant: true }],
    width: 16,
    height: 5,
  },
  {
    title: "Are log lines lost?",
    description: "The output of a pod is read too slowly, and the buffer is full.",
    unit: "short",
    queries: [{ expr: sumRate(own("log_lines_lost_total"), "pod"), legend: "lines a second {{pod}}" }],
    width: 8,
    height: 5,
    min: 0,
  },
  {
    title: "Are there uncaught errors?",
    description: "Faults of the service. An exception ends the pod, a rejection does not.",
    unit: "short",
    queries: [{ expr: sumRate(own("uncaught_errors_total"), "pod, kind"), legend: "{{kind}} {{pod}}" }],
    width: 24,
    height: 5,
    min: 0,
  },
];

export const service = toDashboard({
  uid: "edge-gists-service",
  title: "Edge Gists: service",
  description: "Do clients get responses, fast and fresh, and how long will GitHub's quota last?",
  rows: [
    { title: "Objectives", panels: objectives },
    { title: "Requests", panels: traffic },
    { title: "Cache", panels: cache },
    { title: "GitHub", panels: github },
    { title: "Processes", panels: processes },
  ],
});
