import { z } from "zod";

const integer = (fallback: number, minimum: number, maximum: number) =>
  z.coerce.number().int().min(minimum).max(maximum).default(fallback);

const list = z
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
      const { search, hash, username } = new URL(text);
      return search === "" && hash === "" && username === "";
    },
    { message: "must hold no query, fragment or credentials" },
  )
  .transform((text) => text.replace(/\/+$/, ""));

/**
 * The settings of the portable core: environment variables on Node, bindings on Workers.
 * The README's table is checked against `describe` by a test.
 */
export const settings = z.object({
  GITHUB_TOKEN: list.describe(
    "GitHub token, or a comma-separated pool of them. Without one GitHub allows 60 requests an hour.",
  ),
  GITHUB_API_URL: baseUrl.default("https://api.github.com").describe("Base URL of GitHub's REST API."),
  PUBLIC_URL: baseUrl
    .optional()
    .describe("Origin (and path prefix) under which clients reach the service; used in `Link`."),
  CORS_ORIGINS: list
    .transform((origins) => (origins.length === 0 ? ["*"] : origins))
    .describe("Origins that browsers may call from, comma-separated; `*` for any."),
  CACHE_TTL_SECONDS: integer(60, 1, 86_400).describe("How long an answer is fresh, in seconds."),
  CACHE_NEGATIVE_TTL_SECONDS: integer(60, 0, 86_400).describe(
    "How long a 404 (or 403, 410, 451) is fresh, in seconds.",
  ),
  CACHE_MAX_ENTRIES: integer(10_000, 1, 10_000_000).describe("Most entries in the process's cache."),
  CACHE_MAX_BYTES: integer(64 * 1024 * 1024, 64 * 1024, 64 * 1024 ** 3).describe("Most bytes in the process's cache."),
  MAX_BODY_BYTES: integer(20 * 1024 * 1024, 1024, 1024 ** 3).describe("Largest answer accepted from GitHub, in bytes."),
  UPSTREAM_TIMEOUT_MS: integer(10_000, 1, 600_000).describe("Longest wait for GitHub over all tries, in milliseconds."),
  UPSTREAM_TRY_TIMEOUT_MS: integer(8000, 1, 600_000).describe("Longest wait for one try, in milliseconds."),
  UPSTREAM_RETRIES: integer(1, 0, 5).describe("Further tries after a network failure or a 5xx."),
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
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
}
