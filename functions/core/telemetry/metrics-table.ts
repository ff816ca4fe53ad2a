/** OpenTelemetry's recommended buckets for request durations, in seconds (semantic conventions, HTTP metrics). */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Ages of answers in seconds: within the usual lifetime, and bridging an outage. */
const ageBuckets = [1, 5, 15, 30, 60, 90, 120, 300, 900, 3600, 14_400, 86_400];

export interface MetricDefinition {
  type: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  buckets?: readonly number[];
  /** True where a traced observation is kept as an exemplar with its `trace_id`. */
  exemplars?: boolean;
}

/** Every metric of the service: the registry, the dashboards and docs/telemetry.md are made from this table. */
export const metricTable = {
  http_requests_total: {
    type: "counter",
    help: "Requests answered, by method, route template and status.",
    labels: ["method", "route", "status"],
  },
  http_request_duration_seconds: {
    type: "histogram",
    help: "Time from a request's arrival to its answer's head, in seconds.",
    labels: ["method", "route"],
    buckets: durationBuckets,
    exemplars: true,
  },
  http_requests_in_flight: { type: "gauge", help: "Requests being answered now.", labels: [] },
  http_connections: { type: "gauge", help: "Open connections of clients now; 0 on a Worker.", labels: [] },
  http_connections_cut_total: {
    type: "counter",
    help: "Connections ended because there were too many: one that never asked, else the one idle longest, else the new one.",
    labels: [],
  },
  http_response_bytes_in_flight: {
    type: "gauge",
    help: "Bytes of bodies that clients have not taken yet, each body counted once.",
    labels: [],
  },
  http_responses_cut_total: {
    type: "counter",
    help: "Answers that were ended before their client had them: it took nothing for too long (stalled), or while room was short (room).",
    labels: ["reason"],
  },
  cache_hits_total: { type: "counter", help: "Answers from a stored entry without waiting for GitHub.", labels: [] },
  cache_misses_total: { type: "counter", help: "Answers for which GitHub had to be asked or waited for.", labels: [] },
  cache_results_total: {
    type: "counter",
    help: "Answers by what the cache did: the closed set that Cache-Status, spans and logs use too.",
    labels: ["handling"],
  },
  cache_lookups_total: {
    type: "counter",
    help: "Look-ups by tier (memory, shared) and what was found (fresh, stale, none).",
    labels: ["tier", "found"],
  },
  cache_entry_age_seconds: {
    type: "histogram",
    help: "Age of entries when they were served: time since GitHub gave or confirmed them, in seconds.",
    labels: [],
    buckets: ageBuckets,
  },
  cache_entries: { type: "gauge", help: "Entries in this process's tier.", labels: [] },
  cache_size_bytes: { type: "gauge", help: "Bytes in this process's tier, as its bound counts them.", labels: [] },
  cache_spellings_bytes: {
    type: "gauge",
    help: "Bytes of remembered spellings of requests: an eighth of CACHE_MAX_BYTES at most, the rest is the tier's.",
    labels: [],
  },
  cache_waiters: { type: "gauge", help: "Requests that wait for another request's call now.", labels: [] },
  stale_served_total: {
    type: "counter",
    help: "Stale answers that stood in for GitHub's, by the failure that they bridged.",
    labels: ["reason"],
  },
  shared_cache_errors_total: {
    type: "counter",
    help: "Operations of the shared cache that failed, came late or brought what is no entry.",
    labels: ["operation", "reason"],
  },
  shared_cache_skipped_total: {
    type: "counter",
    help: "Answers that were too large for the shared cache (SHARED_CACHE_MAX_VALUE_BYTES).",
    labels: [],
  },
  github_api_requests_total: {
    type: "counter",
    help: 'Calls to GitHub by status; "error" where none came.',
    labels: ["status"],
  },
  github_api_request_duration_seconds: {
    type: "histogram",
    help: "Time from a call to GitHub to its answer's last byte, retries counted in, in seconds.",
    labels: [],
    buckets: durationBuckets,
    exemplars: true,
  },
  github_rate_limit_limit: {
    type: "gauge",
    help: "GitHub's hourly quota by token: its place in GITHUB_TOKEN, or anonymous.",
    labels: ["token"],
  },
  github_rate_limit_remaining: {
    type: "gauge",
    help: "What is left of GitHub's hourly quota, by token.",
    labels: ["token"],
  },
  github_rate_limit_reset_timestamp_seconds: {
    type: "gauge",
    help: "When GitHub's hourly quota starts anew, by token: seconds since the Unix epoch.",
    labels: ["token"],
  },
  github_token_valid: {
    type: "gauge",
    help: "1 where GitHub takes the token, 0 while it is set aside.",
    labels: ["token"],
  },
  upstream_bytes_in_flight: {
    type: "gauge",
    help: "Bytes that answers of GitHub take while they are read.",
    labels: [],
  },
  upstream_circuit_open: {
    type: "gauge",
    help: "1 while GitHub counts as down and is asked by probes only, else 0.",
    labels: [],
  },
  upstream_circuit_changes_total: {
    type: "counter",
    help: "Times that the circuit to GitHub opened or closed.",
    labels: ["to"],
  },
  upstream_queue_length: { type: "gauge", help: "Calls to GitHub that wait for their turn now.", labels: [] },
  upstream_queue_wait_seconds: {
    type: "histogram",
    help: "Time that calls to GitHub waited for their turn, in seconds.",
    labels: [],
    buckets: durationBuckets,
  },
  log_lines_lost_total: {
    type: "counter",
    help: "Log lines that nobody read in time: what waits to be written is bounded.",
    labels: [],
  },
  uncaught_errors_total: {
    type: "counter",
    help: "Errors that nothing caught, by kind: an exception ends the process, a rejection does not.",
    labels: ["kind"],
  },
  edge_gists_build_info: {
    type: "gauge",
    help: "Always 1; the build is in the labels, and in scope what this exposition counts: one process, or one isolate of a Worker.",
    labels: ["version", "commit", "scope"],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;
