/** OpenTelemetry's recommended buckets for request durations, in seconds (semantic conventions, HTTP metrics). */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Ages of responses in seconds: within the usual lifetime, and during an outage. */
const ageBuckets = [1, 5, 15, 30, 60, 90, 120, 300, 900, 3600, 14_400, 86_400];

export interface MetricDefinition {
  type: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  buckets?: readonly number[];
  /** True if a traced observation is kept as an exemplar with its `trace_id`. */
  exemplars?: boolean;
}

/** Every metric of the service: the source of the registry, the dashboards and docs/telemetry.md. */
export const metricTable = {
  http_requests_total: {
    type: "counter",
    help: "Responses by method, route template and status.",
    labels: ["method", "route", "status"],
  },
  http_request_duration_seconds: {
    type: "histogram",
    help: "Time from a request to its response headers, in seconds.",
    labels: ["method", "route"],
    buckets: durationBuckets,
    exemplars: true,
  },
  http_requests_in_flight: { type: "gauge", help: "Requests in progress.", labels: [] },
  http_connections: { type: "gauge", help: "Open client connections; 0 on a Worker.", labels: [] },
  http_connections_cut_total: {
    type: "counter",
    help: "Connections closed at MAX_CONNECTIONS: an unused one, else the one idle longest, else the new one.",
    labels: [],
  },
  http_response_bytes_in_flight: {
    type: "gauge",
    help: "Bytes of bodies that clients have not read yet; each body counts once.",
    labels: [],
  },
  http_responses_cut_total: {
    type: "counter",
    help: "Responses cut off because the client read nothing for too long (stalled), or while memory was short (room).",
    labels: ["reason"],
  },
  cache_hits_total: { type: "counter", help: "Responses from a stored entry without waiting for GitHub.", labels: [] },
  cache_misses_total: { type: "counter", help: "Responses that waited for a call to GitHub.", labels: [] },
  cache_results_total: {
    type: "counter",
    help: "Responses by cache outcome, as in Cache-Status, spans and logs.",
    labels: ["handling"],
  },
  cache_lookups_total: {
    type: "counter",
    help: "Lookups by tier (memory, data_centre, shared) and result (fresh, stale, none).",
    labels: ["tier", "found"],
  },
  cache_entry_age_seconds: {
    type: "histogram",
    help: "Age of served entries since GitHub sent or confirmed them, in seconds.",
    labels: [],
    buckets: ageBuckets,
  },
  cache_entries: { type: "gauge", help: "Entries in the memory tier.", labels: [] },
  cache_size_bytes: { type: "gauge", help: "Bytes in the memory tier, as its limit counts them.", labels: [] },
  cache_spellings_bytes: {
    type: "gauge",
    help: "Bytes of the fast path's request index; at most an eighth of CACHE_MAX_BYTES.",
    labels: [],
  },
  cache_purges_total: {
    type: "counter",
    help: "Purges by source: a request to this process, another replica, or a gap: purges were missed, so that all entries were dropped.",
    labels: ["source"],
  },
  cache_purges_received: {
    type: "gauge",
    help: "1 while purges of other replicas are received through Redis, else 0.",
    labels: [],
  },
  cache_waiters: { type: "gauge", help: "Requests waiting for another request's call.", labels: [] },
  stale_served_total: {
    type: "counter",
    help: "Stale responses sent because GitHub failed, by failure.",
    labels: ["reason"],
  },
  shared_cache_errors_total: {
    type: "counter",
    help: "Shared cache operations that failed, timed out or returned no valid entry.",
    labels: ["operation", "reason"],
  },
  shared_cache_skipped_total: {
    type: "counter",
    help: "Responses above SHARED_CACHE_MAX_VALUE_BYTES, which are not shared.",
    labels: [],
  },
  redis_connections: {
    type: "gauge",
    help: "Open connections for entries and leases, by topology (server, sentinel, cluster).",
    labels: ["topology"],
  },
  redis_servers_lost_total: {
    type: "counter",
    help: "Redis servers that were lost: connection closed, no reply in time, no longer the master, or Cluster down.",
    labels: ["topology"],
  },
  github_api_requests_total: {
    type: "counter",
    help: 'Calls to GitHub by status; "error" without a response.',
    labels: ["status"],
  },
  github_api_request_duration_seconds: {
    type: "histogram",
    help: "Time of a call to GitHub up to the last byte, with retries, in seconds.",
    labels: [],
    buckets: durationBuckets,
    exemplars: true,
  },
  github_revalidations_total: {
    type: "counter",
    help: "Calls with If-None-Match: a 304 for GitHub's own ETag of this token (known), for a derived one (derived), without an ETag (unnamed), for an ETag that was not sent (unsent); a 200 with the stored bytes (repeated), with others (changed).",
    labels: ["validator"],
  },
  github_rate_limit_limit: {
    type: "gauge",
    help: "GitHub's hourly quota by token: its index in the pool, or anonymous.",
    labels: ["token"],
  },
  github_rate_limit_remaining: {
    type: "gauge",
    help: "Remaining hourly quota at GitHub, by token.",
    labels: ["token"],
  },
  github_rate_limit_reset_timestamp_seconds: {
    type: "gauge",
    help: "When the hourly quota resets, by token, in seconds since the Unix epoch.",
    labels: ["token"],
  },
  github_token_valid: {
    type: "gauge",
    help: "1 if GitHub accepts the token, 0 while it is suspended.",
    labels: ["token"],
  },
  github_fleet_alone: {
    type: "gauge",
    help: "1 while this process counts GitHub's limits alone because the shared tier fails, else 0.",
    labels: [],
  },
  github_fleet_calls: {
    type: "gauge",
    help: "Calls to GitHub under way over all processes that share the limits, as last reported.",
    labels: [],
  },
  github_fleet_calls_limit: {
    type: "gauge",
    help: "FLEET_CONCURRENCY; 0 without a shared tier.",
    labels: [],
  },
  github_fleet_queue_length: {
    type: "gauge",
    help: "Calls to GitHub of this process that wait because all processes together make as many as they may.",
    labels: [],
  },
  github_fleet_errors_total: {
    type: "counter",
    help: "Operations on shared limits that failed or timed out.",
    labels: ["operation", "reason"],
  },
  github_app_tokens_total: {
    type: "counter",
    help: "Tokens for an installation of the GitHub App by outcome: GitHub made one, another process shared one, or GitHub made none (failed).",
    labels: ["token", "outcome"],
  },
  github_app_token_expiry_timestamp_seconds: {
    type: "gauge",
    help: "When the token of an installation expires, in seconds since the Unix epoch.",
    labels: ["token"],
  },
  upstream_bytes_in_flight: {
    type: "gauge",
    help: "Bytes of GitHub responses that are being read.",
    labels: [],
  },
  upstream_circuit_open: {
    type: "gauge",
    help: "1 while the circuit to GitHub is open and only probes are sent, else 0.",
    labels: [],
  },
  upstream_circuit_changes_total: {
    type: "counter",
    help: "Times that the circuit to GitHub opened or closed.",
    labels: ["to"],
  },
  upstream_queue_length: { type: "gauge", help: "Calls to GitHub waiting for a free slot.", labels: [] },
  upstream_queue_wait_seconds: {
    type: "histogram",
    help: "Time that calls to GitHub waited for a free slot, in seconds.",
    labels: [],
    buckets: durationBuckets,
  },
  github_raw_requests_total: {
    type: "counter",
    help: 'Calls to GitHub\'s raw host by status; "error" without a whole response.',
    labels: ["status"],
  },
  github_raw_request_duration_seconds: {
    type: "histogram",
    help: "Time of a call to GitHub's raw host up to the last byte, with retries, in seconds.",
    labels: [],
    buckets: durationBuckets,
    exemplars: true,
  },
  github_raw_bytes_total: { type: "counter", help: "Bytes of files received from GitHub's raw host.", labels: [] },
  github_raw_bytes_in_flight: {
    type: "gauge",
    help: "Bytes of files that are being read from GitHub's raw host; at most GITHUB_RAW_MAX_BYTES.",
    labels: [],
  },
  github_raw_queue_length: {
    type: "gauge",
    help: "Calls to GitHub's raw host waiting for a free slot.",
    labels: [],
  },
  github_raw_circuit_open: {
    type: "gauge",
    help: "1 while the circuit to GitHub's raw host is open and only probes are sent, else 0.",
    labels: [],
  },
  log_lines_lost_total: {
    type: "counter",
    help: "Log lines dropped because standard output was read too slowly.",
    labels: [],
  },
  uncaught_errors_total: {
    type: "counter",
    help: "Uncaught errors by kind: an exception ends the process, a rejection does not.",
    labels: ["kind"],
  },
  edge_gists_build_info: {
    type: "gauge",
    help: "Always 1; labels name the build and the scope of these metrics: a process, or an isolate of a Worker.",
    labels: ["version", "commit", "scope"],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof metricTable;
