import { httpUrl, integer, pairs, parseSettings, ratio, text, type Values, word } from "../settings.ts";

/**
 * OpenTelemetry's own variables, as far as they are honoured
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/).
 */
export const telemetrySettings = {
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl(
    "OTLP over HTTP receiver; traces go to `/v1/traces` below it. Without one nothing is traced.",
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl("Full URL for traces, instead of the one above."),
  OTEL_EXPORTER_OTLP_HEADERS: pairs("Header fields for the receiver, as `name=value` pairs."),
  OTEL_EXPORTER_OTLP_TIMEOUT: integer(10_000, 1, 600_000, "Longest wait for the receiver, in milliseconds."),
  OTEL_SERVICE_NAME: text("edge-gists", () => true, "be a text", "`service.name` of what is exported."),
  OTEL_RESOURCE_ATTRIBUTES: pairs("Further resource attributes, as `name=value` pairs."),
  OTEL_TRACES_SAMPLER: word(
    "parentbased_always_on",
    [
      "always_on",
      "always_off",
      "traceidratio",
      "parentbased_always_on",
      "parentbased_always_off",
      "parentbased_traceidratio",
    ],
    "Which requests are traced.",
  ),
  OTEL_TRACES_SAMPLER_ARG: ratio(1, "Ratio for the ratio samplers, 0 to 1."),
  OTEL_BSP_SCHEDULE_DELAY: integer(5000, 1, 600_000, "Time between exports, in milliseconds."),
  OTEL_BSP_EXPORT_TIMEOUT: integer(30_000, 1, 600_000, "Longest wait for one export, in milliseconds."),
  OTEL_BSP_MAX_QUEUE_SIZE: integer(2048, 1, 1_000_000, "Most spans that wait for export; more are dropped."),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: integer(512, 1, 1_000_000, "Most spans in one export."),
  OTEL_SDK_DISABLED: text("false", () => true, "be a text", "`true` turns tracing off."),
};

export type TelemetryConfig = Values<typeof telemetrySettings>;

/** Where traces go; undefined where nothing is to be traced. */
function tracesEndpoint(config: TelemetryConfig): string | undefined {
  if (config.OTEL_SDK_DISABLED.toLowerCase() === "true") return undefined;
  if (config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT !== undefined) return config.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  const base = config.OTEL_EXPORTER_OTLP_ENDPOINT;
  return base === undefined ? undefined : `${base.replace(/\/+$/, "")}/v1/traces`;
}

/** What the environment says, with where the traces go; undefined where nothing is to be traced. @throws ConfigError */
export function toTelemetryConfig(env: Record<string, unknown>): (TelemetryConfig & { url: string }) | undefined {
  const config = parseSettings(telemetrySettings, env);
  const url = tracesEndpoint(config);
  if (url === undefined) return undefined;
  // The variable of its own wins over the list, and the list over the default.
  const named = env["OTEL_SERVICE_NAME"] ? undefined : config.OTEL_RESOURCE_ATTRIBUTES["service.name"];
  return { ...config, ...(named && { OTEL_SERVICE_NAME: named }), url };
}
