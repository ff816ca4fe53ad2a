import { z } from "zod";

/** A whole number in plain decimal digits: no sign, no exponent, no unit. */
export function integer(fallback: number, minimum: number, maximum: number) {
  const why = `must be a whole number from ${minimum} to ${maximum}`;
  return z
    .preprocess(
      (value) => (typeof value === "string" && /^\d{1,15}$/.test(value.trim()) ? Number(value) : value),
      // One check instead of zod's three: every one is a schema more that a cold start makes.
      z.custom<number>((value) => Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum, why),
    )
    .default(fallback);
}

/** A part of the whole, from 0 to 1, in plain decimal digits. */
export function ratio(fallback: number) {
  const why = "must be a number from 0 to 1";
  return z
    .preprocess(
      (value) => (typeof value === "string" && /^\d{0,9}\.?\d{1,9}$/.test(value.trim()) ? Number(value) : value),
      z.custom<number>((value) => typeof value === "number" && value >= 0 && value <= 1, why),
    )
    .default(fallback);
}

/** Items between commas; blanks around them do not count, nor do empty items. */
export const list = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((item) => item.trim())
      .filter((item) => item !== ""),
  );

/** An http(s) origin with an optional path and nothing else; a trailing slash is dropped. */
const baseUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => {
      // What is no URL is refused above, and its value must not come back in an exception.
      if (!URL.canParse(text)) return true;
      const { username, password } = new URL(text);
      return username === "" && password === "" && !/[?#]/.test(text);
    },
    { message: "must hold no query, fragment or credentials" },
  )
  .transform((text) => {
    const { origin, pathname } = new URL(text);
    return `${origin}${pathname}`.replace(/\/+$/, "");
  });

/** True of a path on the service's own origin, and of an http(s) URL without credentials or fragment. */
function isAddress(text: string): boolean {
  if (!/^(?:https?:\/\/[^/]|\/(?![/\\]))/i.test(text) || !URL.canParse(text, "https://self.invalid")) return false;
  const { username, password, hash, host } = new URL(text, "https://self.invalid");
  // The host goes into a policy, where `;` and `,` would end a directive.
  return username === "" && password === "" && hash === "" && /^[\w.:[\]-]+$/.test(host);
}

/** Stands for a trace's id in `TRACE_VIEWER_URL`. */
export const traceIdPlaceholder = "{trace_id}";

/** What a header field can carry, and so what a token can be made of. */
const isVisibleAscii = (text: string) => /^[\u0021-\u007e]+$/.test(text);

/** An origin exactly as browsers send it: no path, not even a slash. */
const isOrigin = (text: string) => URL.canParse(text) && /^https?:/.test(text) && new URL(text).origin === text;

/**
 * The settings of the portable core: environment variables on Node, bindings on Workers.
 * The README's table is checked against `describe` by a test.
 */
export const settings = z.object({
  GITHUB_TOKEN: list
    .refine((tokens) => tokens.every(isVisibleAscii), "must hold visible ASCII characters only")
    .describe("GitHub token, or a comma-separated pool of them. Without one GitHub allows 60 requests an hour."),
  GITHUB_API_URL: baseUrl.default("https://api.github.com").describe("Base URL of GitHub's REST API."),
  PUBLIC_URL: baseUrl
    .optional()
    .describe("Origin (and path prefix) under which clients reach the service; used in `Link`."),
  CORS_ORIGINS: list
    .refine(
      (origins) => origins.every((origin) => origin === "*" || isOrigin(origin)),
      "must hold origins such as https://app.example, without a path, or *",
    )
    .transform((origins) => (origins.length === 0 ? ["*"] : origins))
    .describe("Origins that browsers may call from, comma-separated; `*` for any."),
  CACHE_TTL_SECONDS: integer(60, 1, 86_400).describe("How long an answer is fresh, in seconds."),
  CACHE_NEGATIVE_TTL_SECONDS: integer(60, 0, 86_400).describe(
    "How long a 404 (or 403, 410, 451) is fresh, in seconds.",
  ),
  CACHE_STALE_WHILE_REVALIDATE_SECONDS: integer(30, 0, 86_400).describe(
    "How long after that an answer is still given at once while it is refreshed behind, in seconds.",
  ),
  CACHE_STALE_IF_ERROR_SECONDS: integer(86_400, 0, 2_592_000).describe(
    "How long after its time an answer may stand in where GitHub fails or limits us, in seconds.",
  ),
  CACHE_MAX_ENTRIES: integer(10_000, 1, 10_000_000).describe("Most entries in the process's cache."),
  CACHE_MAX_BYTES: integer(64 * 1024 * 1024, 64 * 1024, 64 * 1024 ** 3).describe("Most bytes in the process's cache."),
  MAX_BODY_BYTES: integer(20 * 1024 * 1024, 1024, 1024 ** 3).describe("Largest answer accepted from GitHub, in bytes."),
  UPSTREAM_TIMEOUT_MS: integer(10_000, 1, 600_000).describe("Longest wait for GitHub over all tries, in milliseconds."),
  UPSTREAM_TRY_TIMEOUT_MS: integer(8000, 1, 600_000).describe("Longest wait for one try, in milliseconds."),
  UPSTREAM_RETRIES: integer(1, 0, 5).describe("Further tries after a network failure or a 5xx."),
  UPSTREAM_CONCURRENCY: integer(20, 1, 90).describe("Most calls to GitHub at once (GitHub's own limit is 100)."),
  UPSTREAM_QUEUE: integer(1000, 0, 1_000_000).describe("Most calls that wait for their turn; more are answered 503."),
  UPSTREAM_QUEUE_TIMEOUT_MS: integer(5000, 1, 600_000).describe("Longest wait for a turn, in milliseconds."),
  BUDGET_RESERVE_PERCENT: integer(5, 0, 90).describe(
    "Part of each hourly quota that only the revalidation of known resources may use.",
  ),
  CLIENT_MISSES_PER_MINUTE: integer(0, 0, 1_000_000).describe(
    "Calls to GitHub that one client (by address) may cause a minute; 0 for any number.",
  ),
  SHARED_CACHE_TIMEOUT_MS: integer(150, 1, 60_000).describe("Longest wait for the shared cache, in milliseconds."),
  SHARED_CACHE_WAIT_MS: integer(3000, 0, 60_000).describe(
    "Longest wait for another process that is asking GitHub for the same resource, in milliseconds.",
  ),
  PURGE_TOKEN: z
    .string()
    .min(16, "must have 16 characters or more")
    .optional()
    .describe("Bearer token with which operators may DELETE a resource from the cache; without it nobody can."),
  FARO_URL: z
    .string()
    .refine(isAddress, "must be a path such as /collect, or an http(s) URL")
    .optional()
    .describe(
      "Where the explorer page reports its vitals, errors and traces (Grafana Faro): a path here, or a URL elsewhere. Without one nothing is collected.",
    ),
  TRACE_VIEWER_URL: z
    .string()
    .refine(
      (text) => text.includes(traceIdPlaceholder) && isAddress(text.replaceAll(traceIdPlaceholder, "0".repeat(32))),
      `must be a path or an http(s) URL that holds ${traceIdPlaceholder}`,
    )
    .optional()
    .describe("Where the explorer page links a trace to: a URL in which `{trace_id}` stands for the trace's id."),
  LOG_HIT_RATIO: ratio(1).describe(
    "Part of the answers from a fresh entry that is logged, 0 to 1; everything else always is.",
  ),
  LOG_LEVEL: z
    .enum(["debug", "info", "warn", "error", "silent"])
    .default("info")
    .describe("Least level that is logged."),
});

export type Config = z.output<typeof settings>;

/** Thrown at start where a setting is wrong: names every wrong one, and never its value (it may be a secret). */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Reads the settings from environment variables or bindings; an empty string counts as unset.
 * @throws ConfigError
 */
export function toConfig(env: Record<string, unknown>): Config {
  return parseSettings(settings, env);
}

/** The same for a runtime's own settings. @throws ConfigError */
export function parseSettings<S extends z.ZodObject>(schema: S, env: Record<string, unknown>): z.output<S> {
  const present = Object.fromEntries(
    Object.keys(schema.shape)
      .map((name) => [name, env[name]] as const)
      .filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new ConfigError([...new Set(reasons)].join("; "));
}
