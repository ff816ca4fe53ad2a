import { toLabels, toSample } from "../service/exposition.ts";

/** Figures that only rise in one process, by name. A bucket's name is `le` and its bound. */
export type Counts = ReadonlyMap<string, number>;

/** The quota of one token, as one process knows it. */
export interface Quota {
  limit: number;
  remaining: number;
  /** Seconds since the Unix epoch. */
  reset: number;
}

/** One response of /metrics, reduced to what the page shows. */
export interface Reading {
  /** Equal in all readings of one process, and no others. */
  process: string;
  counts: Counts;
  gauges: ReadonlyMap<string, number>;
  quotas: ReadonlyMap<string, Quota>;
}

/** Requests of the platform, of this page and for files of pages, which are no use of the API. */
const ownRoutes = new Set([
  "/metrics",
  "/status",
  "/health",
  "/health/ready",
  "/assets/{name}",
  "/favicon.ico",
  "/robots.txt",
]);

/** Gauges that are shown, by their metric. */
const gauges = new Map([
  ["http_requests_in_flight", "inFlight"],
  ["http_connections", "connections"],
  ["cache_entries", "entries"],
  ["cache_size_bytes", "bytes"],
  ["upstream_circuit_open", "circuitOpen"],
]);

/** Counters that are shown, by their metric. */
const counters = new Map([
  ["cache_hits_total", "hits"],
  ["cache_misses_total", "misses"],
  ["stale_served_total", "stale"],
  ["github_api_requests_total", "calls"],
  ["github_raw_requests_total", "calls"],
]);

const quotaParts = new Map<string, keyof Quota>([
  ["github_rate_limit_limit", "limit"],
  ["github_rate_limit_remaining", "remaining"],
  ["github_rate_limit_reset_timestamp_seconds", "reset"],
]);

/** Reads the text that /metrics responds with; undefined if it is not this service's. */
export function toReading(text: string): Reading | undefined {
  const counts = new Map<string, number>();
  const levels = new Map<string, number>();
  const quotas = new Map<string, Quota>();
  const count = (name: string, value: number) => counts.set(name, (counts.get(name) ?? 0) + value);
  let isService = false;
  let process = "";
  for (const line of text.split("\n")) {
    const sample = toSample(line);
    if (!sample) continue;
    const { name, value } = sample;
    const [counter, gauge, part] = [counters.get(name), gauges.get(name), quotaParts.get(name)];
    if (name === "edge_gists_build_info") isService = true;
    else if (name === "process_start_time_seconds") process = String(value);
    else if (counter !== undefined) count(counter, value);
    else if (gauge !== undefined) levels.set(gauge, value);
    else if (part !== undefined) {
      const [[, token] = ["", ""]] = toLabels(sample.labels);
      quotas.set(token, { limit: 0, remaining: 0, reset: 0, ...quotas.get(token), [part]: value });
    } else if (name === "http_requests_total" || name === "http_request_duration_seconds_bucket") {
      const { route = "", status = "", le = "" } = Object.fromEntries(toLabels(sample.labels));
      if (ownRoutes.has(route)) continue;
      if (le !== "") count(`le ${le}`, value);
      else {
        count("requests", value);
        if (/^[45]/.test(status)) count(status.startsWith("4") ? "refused" : "failed", value);
      }
    }
  }
  return isService ? { process, counts, gauges: levels, quotas } : undefined;
}
