import type { Panel } from "../model.ts";
import { ofProcess, own, rate, sumRate } from "../promql.ts";

/** Pods and their processes. */
export const processes: Panel[] = [
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
