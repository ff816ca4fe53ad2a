import type { Log } from "../../ports.ts";
import { parseConfig, ratio, readSettings, text, type Values } from "../../config/parser.ts";
import { attributes, choice, choices, fields, httpUrl, number, toLimit } from "./read.ts";

/** The receiver of traces. Nothing can be exported without a valid one, so an invalid one is an error. */
const endpoints = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl(),
};

const samplers = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;
const protocols = ["http/protobuf"] as const;
const compressions = ["none", "gzip"] as const;

/** OpenTelemetry's own variables that both runtimes honour; variables.ts describes them. */
export const telemetrySettings = {
  OTEL_SDK_DISABLED: choice("false", ["false", "true"]),
  OTEL_TRACES_EXPORTER: choices(["otlp"], ["otlp", "none"]),
  OTEL_PROPAGATORS: choices(["tracecontext", "baggage"], ["tracecontext", "baggage", "none"]),
  ...endpoints,
  OTEL_EXPORTER_OTLP_PROTOCOL: choice("http/protobuf", protocols),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: choice(undefined, protocols),
  OTEL_EXPORTER_OTLP_HEADERS: fields(),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: fields(),
  OTEL_EXPORTER_OTLP_COMPRESSION: choice("none", compressions),
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: choice(undefined, compressions),
  OTEL_EXPORTER_OTLP_TIMEOUT: number(10_000, 0),
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: number(undefined, 0),
  OTEL_SERVICE_NAME: text("edge-gists", () => true, "be a text", ""),
  OTEL_RESOURCE_ATTRIBUTES: attributes(),
  OTEL_TRACES_SAMPLER: choice("parentbased_always_on", samplers),
  OTEL_TRACES_SAMPLER_ARG: ratio(1, ""),
  OTEL_BSP_SCHEDULE_DELAY: number(5000, 0),
  OTEL_BSP_EXPORT_TIMEOUT: number(30_000, 0),
  OTEL_BSP_MAX_QUEUE_SIZE: number(2048, 1),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: number(512, 1),
};

/** The values of the variables, read once for both runtimes. */
export interface TelemetryConfig extends Values<typeof telemetrySettings> {
  /** The receiver of traces. */
  url: string;
  /** The receiver's header fields, names in lower case. */
  headers: Record<string, string>;
  compression: "none" | "gzip";
  /** Timeout of one export, in milliseconds. */
  timeoutMillis: number;
  /** True if `traceparent` is read and sent. */
  hasTraceContext: boolean;
}

/** The receiver's URL for traces: the specific one, or a path below the general one. */
function toUrl(general: string | undefined, own: string | undefined): URL | undefined {
  if (own !== undefined) return new URL(own);
  if (general === undefined) return undefined;
  const url = new URL(general);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/traces`;
  return url;
}

/**
 * The environment's settings; undefined if nothing is traced. By the specification an invalid variable counts as unset,
 * and the log names it.
 * @throws ConfigError if an endpoint is invalid
 */
export function toTelemetryConfig(env: Record<string, unknown>, log: Log): TelemetryConfig | undefined {
  const { values, wrong } = readSettings(telemetrySettings, env);
  if (values.OTEL_SDK_DISABLED === "true" || values.OTEL_TRACES_EXPORTER.includes("none")) return undefined;
  const to = parseConfig(endpoints, env);
  const url = toUrl(to.OTEL_EXPORTER_OTLP_ENDPOINT, to.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  if (!url) return undefined;

  const { OTEL_BSP_MAX_QUEUE_SIZE: queue, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch } = values;
  const usual = telemetrySettings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE.fallback;
  if (batch > queue && batch !== usual) wrong.push(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "be at most the queue size"]);
  for (const [setting, must] of wrong) log("warn", "setting ignored", { setting, reason: `must ${must}` });

  const timeout = toLimit(values.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? values.OTEL_EXPORTER_OTLP_TIMEOUT);
  const exportTimeout = toLimit(values.OTEL_BSP_EXPORT_TIMEOUT);
  // The specific variable has priority over the list, and the list over the default.
  const named = env["OTEL_SERVICE_NAME"] ? undefined : values.OTEL_RESOURCE_ATTRIBUTES["service.name"];
  const propagators = values.OTEL_PROPAGATORS;
  return {
    ...values,
    ...(named && { OTEL_SERVICE_NAME: named }),
    OTEL_BSP_EXPORT_TIMEOUT: exportTimeout,
    OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch > queue ? Math.min(queue, usual) : batch,
    url: url.href,
    headers: values.OTEL_EXPORTER_OTLP_TRACES_HEADERS ?? values.OTEL_EXPORTER_OTLP_HEADERS ?? {},
    compression: values.OTEL_EXPORTER_OTLP_TRACES_COMPRESSION ?? values.OTEL_EXPORTER_OTLP_COMPRESSION,
    timeoutMillis: Math.min(timeout, exportTimeout),
    hasTraceContext: propagators.includes("tracecontext") && !propagators.includes("none"),
  };
}
