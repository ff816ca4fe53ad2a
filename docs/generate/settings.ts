import { telemetrySettings } from "../../functions/core/telemetry/otel/config.ts";
import { type VariableName, variableTable } from "../../functions/core/telemetry/otel/variables.ts";
import { certificateSettings } from "../../functions/node/telemetry/certificates.ts";
import { nodeSettings } from "../../functions/node/config.ts";
import { workerSettings } from "../../functions/worker/config.ts";
import { code, codes, type Parts, table, withParts } from "./markdown.ts";

export const settingsPath = "docs/settings.md";

const ownSettings = { ...nodeSettings, ...workerSettings };

type Name = keyof typeof ownSettings;

/** The groups of docs/settings.md, in its order. Each setting is in one of them. */
export const groups = {
  GitHub: [
    "GITHUB_TOKEN",
    "GITHUB_TOKEN_FILE",
    "GITHUB_APP_ID",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_APP_PRIVATE_KEY_FILE",
    "GITHUB_APP_INSTALLATION_IDS",
    "GITHUB_API_URL",
    "BUDGET_RESERVE_PERCENT",
    "UPSTREAM_TIMEOUT_MS",
    "UPSTREAM_TRY_TIMEOUT_MS",
    "UPSTREAM_RETRIES",
    "UPSTREAM_CONCURRENCY",
    "FLEET_CONCURRENCY",
    "UPSTREAM_QUEUE",
    "UPSTREAM_QUEUE_TIMEOUT_MS",
    "UPSTREAM_MAX_BYTES",
    "MAX_BODY_BYTES",
    "GITHUB_RAW_URL",
    "GITHUB_RAW_CONCURRENCY",
    "GITHUB_RAW_TIMEOUT_MS",
    "GITHUB_RAW_MAX_BYTES",
  ],
  Clients: [
    "PUBLIC_URL",
    "PUBLIC_HOSTS",
    "REWRITE_BODY_URLS",
    "CORS_ORIGINS",
    "TRUSTED_PROXIES",
    "CLIENT_MISSES_PER_MINUTE",
    "PURGE_TOKEN",
  ],
  Cache: [
    "CACHE_TTL_SECONDS",
    "CACHE_NEGATIVE_TTL_SECONDS",
    "CACHE_STALE_WHILE_REVALIDATE_SECONDS",
    "CACHE_STALE_IF_ERROR_SECONDS",
    "CACHE_MAX_ENTRIES",
    "CACHE_MAX_BYTES",
    "REDIS_URL",
    "REDIS_PASSWORD",
    "REDIS_READ_FROM",
    "REDIS_SENTINEL_USERNAME",
    "REDIS_SENTINEL_PASSWORD",
    "REDIS_TLS_CA",
    "REDIS_TLS_CERT",
    "REDIS_TLS_KEY",
    "REDIS_TLS_SERVERNAME",
    "CACHE_API_NAME",
    "SHARED_CACHE_TIMEOUT_MS",
    "SHARED_CACHE_WAIT_MS",
    "SHARED_CACHE_MAX_VALUE_BYTES",
  ],
  Server: [
    "PORT",
    "HOST",
    "COMPRESSION",
    "MAX_CONNECTIONS",
    "KEEP_ALIVE_TIMEOUT_MS",
    "HEADERS_TIMEOUT_MS",
    "REQUEST_TIMEOUT_MS",
    "SEND_MAX_BYTES",
    "SEND_TIMEOUT_MS",
    "SHUTDOWN_GRACE_MS",
  ],
  Observability: ["LOG_LEVEL", "LOG_HIT_RATIO", "METRICS_PORT", "STATUS_PAGE", "FARO_URL", "TRACE_VIEWER_URL"],
} as const satisfies Record<string, readonly Name[]>;

/** One row of the page. */
export interface Row {
  name: string;
  /** As it would be set; empty if there is none. */
  fallback: string;
  /** From the message with which a wrong value is refused. */
  values: string;
  runtimes: string;
  description: string;
}

/** A default as it would be set: lists with commas. */
function toText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "object" && value !== null) return Object.entries(value).join(",");
  return value === undefined ? "" : String(value);
}

interface Given {
  fallback: unknown;
  read: (given: unknown) => { must?: string };
}

/** Valid values, by the message with which the parser refuses others. */
function toValues(must: string): string {
  const range = /^be a (?:whole )?number (from .+)$/.exec(must)?.[1];
  const words = /^(?:be one of|hold) ((?:[\w/]+(?:, )?)+?)(?: only)?$/.exec(must)?.[1];
  const text = range ?? (words ? codes(words.split(", ")) : must.replace(/^(?:be|hold|have|name) /, ""));
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

function toRow(name: string, { fallback, read }: Given, runtimes: string, description: string): Row {
  const { must = "" } = read(Symbol("no value"));
  return { name, fallback: toText(fallback), values: toValues(must), runtimes, description };
}

const runtimesOf = (onNode: boolean, onWorkers: boolean) =>
  [...(onNode ? ["Node"] : []), ...(onWorkers ? ["Workers"] : [])].join(", ");

/** The rows of a group of the service's own settings. */
function rowsOf(names: readonly Name[]): Row[] {
  return names.map((name) => {
    const setting = ownSettings[name];
    return toRow(name, setting, runtimesOf(name in nodeSettings, name in workerSettings), setting.description);
  });
}

const openTelemetry: Record<string, Given> = { ...telemetrySettings, ...certificateSettings };

/** Every row, by group. @throws Error if a setting is in no group or in two */
export function rows(grouped: Record<string, readonly Name[]> = groups): Record<string, Row[]> {
  const named = Object.values(grouped).flat();
  for (const name of Object.keys(ownSettings) as Name[]) {
    const times = named.filter((one) => one === name).length;
    if (times !== 1) throw new Error(`${name} is in ${times} groups of docs/generate/settings.ts, not in one`);
  }
  const own = Object.entries(grouped).map(([title, names]): [string, Row[]] => [title, rowsOf(names)]);
  const foreign = Object.entries(openTelemetry).map(([name, setting]) => {
    const { on, description } = variableTable[name as VariableName];
    return toRow(name, setting, runtimesOf(true, on === "both"), description);
  });
  return { ...Object.fromEntries(own), OpenTelemetry: foreign };
}

function render(group: readonly Row[]): string {
  return table(
    ["Name", "Default", "Valid values", "On", "Meaning"],
    group.map(({ name, fallback, values, runtimes, description }) => [
      code(name),
      fallback === "" ? "none" : code(fallback),
      values,
      runtimes,
      description,
    ]),
  );
}

/** docs/settings.md with its tables replaced. */
export function renderSettings(page: string): string {
  const parts = Object.entries(rows()).map(([title, group]) => [title.toLowerCase(), () => render(group)]);
  return withParts(page, Object.fromEntries(parts) as Parts);
}

/** The settings that README.md has: those that most deployments set. */
const usual = [
  "GITHUB_TOKEN",
  "PUBLIC_URL",
  "PORT",
  "CACHE_TTL_SECONDS",
  "CACHE_STALE_IF_ERROR_SECONDS",
  "CACHE_MAX_BYTES",
  "REDIS_URL",
  "OTEL_EXPORTER_OTLP_ENDPOINT",
] as const;

export function renderUsualSettings(): string {
  const all = Object.values(rows()).flat();
  const chosen = usual.map((name) => all.find((row) => row.name === name)!);
  return table(
    ["Name", "Default", "Meaning"],
    chosen.map(({ name, fallback, description }) => [
      code(name),
      fallback === "" ? "none" : code(fallback),
      description,
    ]),
  );
}
