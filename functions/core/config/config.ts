import { isHost } from "../http/host.ts";
import { baseUrl, integer, list, parseConfig, ratio, text, type Values, word } from "./parser.ts";

/** True for a path on the service's own origin, and for an http(s) URL without credentials or fragment. */
function isAddress(address: string): boolean {
  if (!/^(?:https?:\/\/[^/]|\/(?![/\\]))/i.test(address) || !URL.canParse(address, "https://self.invalid"))
    return false;
  const { username, password, hash, host } = new URL(address, "https://self.invalid");
  // The host becomes part of a policy, where `;` and `,` would end a directive.
  return username === "" && password === "" && hash === "" && /^[\w.:[\]-]+$/.test(host);
}

/** Placeholder for a trace's ID in `TRACE_VIEWER_URL`. */
export const traceIdPlaceholder = "{trace_id}";

/** The characters that a header field can carry, and therefore a token. */
const isVisibleAscii = (token: string) => /^[\u0021-\u007e]+$/.test(token);

/** An origin exactly as browsers send it: no path, not even a slash. */
const isOrigin = (origin: string) =>
  URL.canParse(origin) && /^https?:/.test(origin) && new URL(origin).origin === origin;

/**
 * The settings of the portable core: environment variables on Node, bindings on Workers.
 * docs/settings.md is generated from them.
 */
export const settings = {
  GITHUB_TOKEN: list(
    [],
    isVisibleAscii,
    "hold visible ASCII characters only",
    "GitHub token, or several separated by commas. Without a token GitHub allows 60 requests an hour.",
  ),
  GITHUB_APP_ID: text(
    undefined,
    (id) => /^[\w.-]{1,100}$/.test(id),
    "be a client ID or an app ID",
    "Client ID or ID of a GitHub App, whose installations have limits of their own.",
  ),
  GITHUB_APP_PRIVATE_KEY: text(
    undefined,
    () => true,
    "be an RSA private key in PEM, or that in base64",
    "Private key of the GitHub App. Line feeds may be written as \\n.",
  ),
  GITHUB_APP_INSTALLATION_IDS: list(
    [],
    (id) => /^\d{1,15}$/.test(id),
    "hold numbers such as 12345678",
    "Installations of the GitHub App, separated by commas. Each is used as a token is.",
  ),
  GITHUB_API_URL: baseUrl("https://api.github.com", "Base URL of GitHub's REST API."),
  GITHUB_RAW_URL: baseUrl(
    "https://gist.githubusercontent.com",
    "Base URL of the host of GitHub that serves the files of gists.",
  ),
  PUBLIC_URL: baseUrl(
    undefined,
    "URL under which clients reach the service: origin and optional path prefix. Used in `Link` and in rewritten bodies.",
  ),
  PUBLIC_HOSTS: list(
    [],
    (host) => isHost(host.replace(/^https?:\/\//i, "")),
    "hold hosts such as gists.example or https://gists.example:8443, without a path",
    "Hosts that links may name if `PUBLIC_URL` is unset, separated by commas. `https://` before a host fixes its scheme. For any other host, links are relative, and bodies are not rewritten.",
  ),
  REWRITE_BODY_URLS: word(
    "off",
    ["off", "on"],
    "Whether URLs of GitHub's API in bodies lead to the service. Under `/api/v3` they always do. Both need an address that links may name.",
  ),
  CORS_ORIGINS: list(
    ["*"],
    (origin) => origin === "*" || isOrigin(origin),
    "hold origins such as https://app.example, without a path, or *",
    "Origins that browsers may call from, separated by commas. `*` allows any.",
  ),
  CACHE_TTL_SECONDS: integer(60, 1, 86_400, "Fresh lifetime of a response, in seconds."),
  CACHE_NEGATIVE_TTL_SECONDS: integer(60, 0, 86_400, "Fresh lifetime of a 403, 404, 410, 422 or 451, in seconds."),
  CACHE_STALE_WHILE_REVALIDATE_SECONDS: integer(
    30,
    0,
    86_400,
    "Stale-while-revalidate window after the fresh lifetime, in seconds. The stale response is sent at once and refreshed in the background.",
  ),
  CACHE_STALE_IF_ERROR_SECONDS: integer(
    86_400,
    0,
    2_592_000,
    "Stale-if-error window after the fresh lifetime, in seconds. The stale response is sent if GitHub fails or limits the service.",
  ),
  CACHE_MAX_ENTRIES: integer(10_000, 1, 10_000_000, "Maximum number of entries in the process's cache."),
  CACHE_MAX_BYTES: integer(
    64 * 1024 * 1024,
    64 * 1024,
    64 * 1024 ** 3,
    "Maximum size of the process's cache, in bytes.",
  ),
  MAX_BODY_BYTES: integer(20 * 1024 * 1024, 1024, 1024 ** 3, "Maximum size of a response from GitHub, in bytes."),
  UPSTREAM_MAX_BYTES: integer(
    40 * 1024 * 1024,
    64 * 1024,
    64 * 1024 ** 3,
    "Maximum memory for responses that are being read from GitHub, in bytes, over all calls. Further responses wait.",
  ),
  UPSTREAM_TIMEOUT_MS: integer(10_000, 1, 600_000, "Timeout of a call to GitHub with all retries, in milliseconds."),
  UPSTREAM_TRY_TIMEOUT_MS: integer(8000, 1, 600_000, "Timeout of one attempt, in milliseconds."),
  UPSTREAM_RETRIES: integer(1, 0, 5, "Number of retries after a network failure or a 5xx."),
  UPSTREAM_CONCURRENCY: integer(
    20,
    1,
    90,
    "Maximum number of concurrent calls to GitHub. Calls that last more than a second are counted separately, up to GitHub's limit of 100 in total.",
  ),
  FLEET_CONCURRENCY: integer(
    90,
    1,
    1000,
    "Maximum number of concurrent calls to GitHub over all processes that share a tier with atomic operations. GitHub allows 100.",
  ),
  UPSTREAM_QUEUE: integer(
    1000,
    0,
    1_000_000,
    "Maximum number of calls that wait for a free slot. Further requests get 503.",
  ),
  UPSTREAM_QUEUE_TIMEOUT_MS: integer(5000, 1, 600_000, "Maximum wait for a free slot, in milliseconds."),
  GITHUB_RAW_MAX_BYTES: integer(
    16 * 1024 * 1024,
    64 * 1024,
    1024 ** 3,
    "Maximum memory for files that are being read from `GITHUB_RAW_URL`, in bytes, over all calls, and maximum size of one. Further files wait.",
  ),
  GITHUB_RAW_TIMEOUT_MS: integer(
    60_000,
    1,
    600_000,
    "Timeout for a whole file from `GITHUB_RAW_URL`, in milliseconds. `UPSTREAM_TRY_TIMEOUT_MS` is the longest time without a byte.",
  ),
  GITHUB_RAW_CONCURRENCY: integer(10, 1, 90, "Maximum number of concurrent calls to `GITHUB_RAW_URL`."),
  BUDGET_RESERVE_PERCENT: integer(
    5,
    0,
    90,
    "Percentage of each hourly quota that is reserved for revalidating cached resources.",
  ),
  CLIENT_MISSES_PER_MINUTE: integer(
    0,
    0,
    1_000_000,
    "Maximum number of calls to GitHub that one client address may cause in a minute, and as many for files. 0 means no limit.",
  ),
  SHARED_CACHE_TIMEOUT_MS: integer(150, 1, 60_000, "Timeout of an operation on the shared cache, in milliseconds."),
  SHARED_CACHE_WAIT_MS: integer(
    3000,
    0,
    60_000,
    "Maximum wait for another process that is fetching the same resource, in milliseconds.",
  ),
  SHARED_CACHE_MAX_VALUE_BYTES: integer(
    1024 * 1024,
    1024,
    1024 ** 3,
    "Maximum size of a body in the shared cache, in bytes. Each process caches larger bodies for itself.",
  ),
  PURGE_TOKEN: text(
    undefined,
    (token) => token.length >= 16,
    "have 16 characters or more",
    "Bearer token that lets operators purge a resource with DELETE. Without it, purging is disabled.",
  ),
  FARO_URL: text(
    undefined,
    isAddress,
    "be a path such as /collect, or an http(s) URL",
    "Collector (Grafana Faro) for the explorer page's web vitals, errors and traces: a path on this origin, or a URL. Without it, nothing is collected.",
  ),
  TRACE_VIEWER_URL: text(
    undefined,
    (url) => url.includes(traceIdPlaceholder) && isAddress(url.replaceAll(traceIdPlaceholder, "0".repeat(32))),
    `be a path or an http(s) URL that holds ${traceIdPlaceholder}`,
    "Address of a trace, for links on the explorer page: a URL in which `{trace_id}` is replaced by the trace ID.",
  ),
  LOG_HIT_RATIO: ratio(1, "Fraction of cache hits to log, from 0 to 1. Everything else is always logged."),
  LOG_LEVEL: word("info", ["debug", "info", "warn", "error", "silent"], "Minimum log level."),
};

export type Config = Values<typeof settings>;

/** The part of `CACHE_MAX_BYTES` for the index of request spellings (fast-path.ts); the rest is for entries. */
export const spellingsShare = 1 / 8;

/**
 * Reads the settings from environment variables or bindings; an empty string counts as unset.
 * @throws ConfigError
 */
export function toConfig(env: Record<string, unknown>): Config {
  return parseConfig(settings, env);
}
