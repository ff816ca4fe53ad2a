import { isHost } from "../http/host.ts";
import { baseUrl, integer, list, parseConfig, ratio, text, type Values, word } from "./parser.ts";

/** True of a path on the service's own origin, and of an http(s) URL without credentials or fragment. */
function isAddress(address: string): boolean {
  if (!/^(?:https?:\/\/[^/]|\/(?![/\\]))/i.test(address) || !URL.canParse(address, "https://self.invalid"))
    return false;
  const { username, password, hash, host } = new URL(address, "https://self.invalid");
  // The host goes into a policy, where `;` and `,` would end a directive.
  return username === "" && password === "" && hash === "" && /^[\w.:[\]-]+$/.test(host);
}

/** Stands for a trace's id in `TRACE_VIEWER_URL`. */
export const traceIdPlaceholder = "{trace_id}";

/** What a header field can carry, and so what a token can be made of. */
const isVisibleAscii = (token: string) => /^[\u0021-\u007e]+$/.test(token);

/** An origin exactly as browsers send it: no path, not even a slash. */
const isOrigin = (origin: string) =>
  URL.canParse(origin) && /^https?:/.test(origin) && new URL(origin).origin === origin;

/**
 * The settings of the portable core: environment variables on Node, bindings on Workers.
 * The README's table is checked against them by a test.
 */
export const settings = {
  GITHUB_TOKEN: list(
    [],
    isVisibleAscii,
    "hold visible ASCII characters only",
    "GitHub token, or a comma-separated pool of them. Without one GitHub allows 60 requests an hour.",
  ),
  GITHUB_API_URL: baseUrl("https://api.github.com", "Base URL of GitHub's REST API."),
  PUBLIC_URL: baseUrl(undefined, "Origin (and path prefix) under which clients reach the service; used in `Link`."),
  PUBLIC_HOSTS: list(
    [],
    (host) => isHost(host.replace(/^https?:\/\//i, "")),
    "hold hosts such as gists.example or https://gists.example:8443, without a path",
    "Hosts that links may name where `PUBLIC_URL` is unset, comma-separated; `https://` before one fixes its scheme. For others links are relative.",
  ),
  CORS_ORIGINS: list(
    ["*"],
    (origin) => origin === "*" || isOrigin(origin),
    "hold origins such as https://app.example, without a path, or *",
    "Origins that browsers may call from, comma-separated; `*` for any.",
  ),
  CACHE_TTL_SECONDS: integer(60, 1, 86_400, "How long an answer is fresh, in seconds."),
  CACHE_NEGATIVE_TTL_SECONDS: integer(60, 0, 86_400, "How long a 404 (or 403, 410, 422, 451) is fresh, in seconds."),
  CACHE_STALE_WHILE_REVALIDATE_SECONDS: integer(
    30,
    0,
    86_400,
    "How long after that an answer is still given at once while it is refreshed behind, in seconds.",
  ),
  CACHE_STALE_IF_ERROR_SECONDS: integer(
    86_400,
    0,
    2_592_000,
    "How long after its time an answer may stand in where GitHub fails or limits us, in seconds.",
  ),
  CACHE_MAX_ENTRIES: integer(10_000, 1, 10_000_000, "Most entries in the process's cache."),
  CACHE_MAX_BYTES: integer(64 * 1024 * 1024, 64 * 1024, 64 * 1024 ** 3, "Most bytes in the process's cache."),
  MAX_BODY_BYTES: integer(20 * 1024 * 1024, 1024, 1024 ** 3, "Largest answer accepted from GitHub, in bytes."),
  UPSTREAM_MAX_BYTES: integer(
    40 * 1024 * 1024,
    64 * 1024,
    64 * 1024 ** 3,
    "Most bytes that answers of GitHub take while they are read, over all calls; further ones are read later.",
  ),
  UPSTREAM_TIMEOUT_MS: integer(10_000, 1, 600_000, "Longest wait for GitHub over all tries, in milliseconds."),
  UPSTREAM_TRY_TIMEOUT_MS: integer(8000, 1, 600_000, "Longest wait for one try, in milliseconds."),
  UPSTREAM_RETRIES: integer(1, 0, 5, "Further tries after a network failure or a 5xx."),
  UPSTREAM_CONCURRENCY: integer(
    20,
    1,
    90,
    "Most calls to GitHub at once; calls of more than a second count apart, up to GitHub's own limit of 100 in all.",
  ),
  UPSTREAM_QUEUE: integer(1000, 0, 1_000_000, "Most calls that wait for their turn; more are answered 503."),
  UPSTREAM_QUEUE_TIMEOUT_MS: integer(5000, 1, 600_000, "Longest wait for a turn, in milliseconds."),
  BUDGET_RESERVE_PERCENT: integer(
    5,
    0,
    90,
    "Part of each hourly quota that only the revalidation of known resources may use.",
  ),
  CLIENT_MISSES_PER_MINUTE: integer(
    0,
    0,
    1_000_000,
    "Calls to GitHub that one client (by address) may cause a minute; 0 for any number.",
  ),
  SHARED_CACHE_TIMEOUT_MS: integer(150, 1, 60_000, "Longest wait for the shared cache, in milliseconds."),
  SHARED_CACHE_WAIT_MS: integer(
    3000,
    0,
    60_000,
    "Longest wait for another process that is asking GitHub for the same resource, in milliseconds.",
  ),
  SHARED_CACHE_MAX_VALUE_BYTES: integer(
    1024 * 1024,
    1024,
    1024 ** 3,
    "Largest body kept in the shared cache, in bytes; a larger one is each process's own.",
  ),
  PURGE_TOKEN: text(
    undefined,
    (token) => token.length >= 16,
    "have 16 characters or more",
    "Bearer token with which operators may DELETE a resource from the cache; without it nobody can.",
  ),
  FARO_URL: text(
    undefined,
    isAddress,
    "be a path such as /collect, or an http(s) URL",
    "Where the explorer page reports its vitals, errors and traces (Grafana Faro): a path here, or a URL elsewhere. Without one nothing is collected.",
  ),
  TRACE_VIEWER_URL: text(
    undefined,
    (url) => url.includes(traceIdPlaceholder) && isAddress(url.replaceAll(traceIdPlaceholder, "0".repeat(32))),
    `be a path or an http(s) URL that holds ${traceIdPlaceholder}`,
    "Where the explorer page links a trace to: a URL in which `{trace_id}` stands for the trace's id.",
  ),
  LOG_HIT_RATIO: ratio(1, "Part of the answers from a fresh entry that is logged, 0 to 1; everything else always is."),
  LOG_LEVEL: word("info", ["debug", "info", "warn", "error", "silent"], "Least level that is logged."),
};

export type Config = Values<typeof settings>;

/** The part of `CACHE_MAX_BYTES` for spellings of requests (fast-path.ts); the rest is for entries. */
export const spellingsShare = 1 / 8;

/**
 * Reads the settings from environment variables or bindings; an empty string counts as unset.
 * @throws ConfigError
 */
export function toConfig(env: Record<string, unknown>): Config {
  return parseConfig(settings, env);
}
