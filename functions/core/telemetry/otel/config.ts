import type { Log } from "../../ports.ts";
import { parseConfig, ratio, readSettings, text, type Values } from "../../config/parser.ts";
import { attributes, choice, choices, fields, httpUrl, number, toLimit } from "./read.ts";

/** Where traces go. Without a good one nothing could be exported: a wrong one is an error. */
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

/** OpenTelemetry's own variables, as far as both runtimes honour them; variables.ts says what they mean. */
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

/** What the variables say, read once for both runtimes. */
export interface TelemetryConfig extends Values<typeof telemetrySettings> {
  /** Where traces go. */
  url: string;
  /** The receiver's header fields, names in lower case. */
  headers: Record<string, string>;
  compression: "none" | "gzip";
  /** Longest wait for one export, in milliseconds. */
  timeoutMillis: number;
  /** Whether a `traceparent` is read and sent. */
  hasTraceContext: boolean;
}

/** The receiver's URL for traces: as it is, or below the general one. */
function toUrl(general: string | undefined, own: string | undefined): URL | undefined {
  if (own !== undefined) return new URL(own);
  if (general === undefined) return undefined;
  const url = new URL(general);
  url.pathname = `${url.pathname.replace(/\/+$/, "")}/v1/traces`;
  return url;
}

/**
 * What the environment says; undefined where nothing is to be traced. By the specification what is wrong counts as unset,
 * and the log says so.
 * @throws ConfigError where an endpoint is wrong
 */
export function toTelemetryConfig(env: Record<string, unknown>, log: Log): TelemetryConfig | undefined {
  const { values, wrong } = readSettings(telemetrySettings, env);
  if (values.OTEL_SDK_DISABLED === "true" || values.OTEL_TRACES_EXPORTER.includes("none")) return undefined;
  const to = parseConfig(endpoints, env);
  const url = toUrl(to.OTEL_EXPORTER_OTLP_ENDPOINT, to.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
  if (!url) return undefined;

  const { OTEL_BSP_MAX_QUEUE_SIZE: queue, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: batch } = values;
  const usual = telemetrySettings.OTEL_BSP_MAX_EXPORT_BATCH_SIZE.fallback;
  if (batch > queue && batch !== usual) wrong.push(["OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "be no more than may wait"]);
  for (const [setting, must] of wrong) log("warn", "setting ignored", { setting, reason: `must ${must}` });

  const timeout = toLimit(values.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT ?? values.OTEL_EXPORTER_OTLP_TIMEOUT);
  const exportTimeout = toLimit(values.OTEL_BSP_EXPORT_TIMEOUT);
  // The variable of its own wins over the list, and the list over the default.
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
