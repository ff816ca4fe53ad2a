import type { telemetrySettings } from "./config.ts";

/** Where a variable is honoured: on both runtimes, in the container alone, or nowhere. */
export interface VariableDefinition {
  on: "both" | "node" | "none";
  description: string;
}

const both = (description: string) => ({ on: "both", description }) as const;
const node = (description: string) => ({ on: "node", description }) as const;
const none = (description: string) => ({ on: "none", description }) as const;

const ownMetrics = "Metrics are Prometheus's: `/metrics`.";
const ownLogs = "Logs are lines on stdout.";
const fixedLimits = "Spans have few attributes, whose values are cut after 1024 characters; no events.";
const noTls = "OTLP over HTTP has the scheme of its URL.";

/**
 * OpenTelemetry's variables, and what becomes of them here. Those that are honoured are in the README, too; what they are read
 * as is in config.ts and functions/node/telemetry/certificates.ts. Not part of any bundle.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export const variableTable = {
  OTEL_SDK_DISABLED: both("`true` turns tracing off, and with it the passing on of `traceparent`."),
  OTEL_TRACES_EXPORTER: both("`otlp`, or `none` to turn tracing off; `none` wins in a list."),
  OTEL_PROPAGATORS: both(
    "With `tracecontext` a caller's `traceparent` is continued, and GitHub is sent one; `none` wins in a list. Baggage is never read or sent.",
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: both(
    "OTLP over HTTP receiver; traces go to `/v1/traces` below it. Without one nothing is traced.",
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: both("Full URL for traces, instead of the one above."),
  OTEL_EXPORTER_OTLP_PROTOCOL: both("Only `http/protobuf` is spoken."),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: both("The same for traces."),
  OTEL_EXPORTER_OTLP_HEADERS: both("Header fields for the receiver, as `name=value` pairs, percent-encoded."),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: both("Header fields for traces, instead of all those above."),
  OTEL_EXPORTER_OTLP_COMPRESSION: both("`gzip` or `none`: how exports are compressed."),
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: both("The same for traces, instead of the one above."),
  OTEL_EXPORTER_OTLP_TIMEOUT: both("Longest wait for the receiver, in milliseconds; 0 for no limit."),
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: both("The same for traces, instead of the one above."),
  OTEL_EXPORTER_OTLP_CERTIFICATE: node(
    "PEM file of the CAs that the receiver's certificate may be from. Not on Workers, which have no files.",
  ),
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: node("The same for traces, instead of the one above."),
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: node(
    "PEM file of the certificate that the receiver is shown. Not on Workers.",
  ),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: node("The same for traces, instead of the one above."),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: node("PEM file of that certificate's private key. Not on Workers."),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: node("The same for traces, instead of the one above."),
  OTEL_SERVICE_NAME: both("`service.name` of what is exported."),
  OTEL_RESOURCE_ATTRIBUTES: both("Further resource attributes, as `name=value` pairs, percent-encoded."),
  OTEL_TRACES_SAMPLER: both("Which requests are traced."),
  OTEL_TRACES_SAMPLER_ARG: both("Ratio for the ratio samplers, 0 to 1."),
  OTEL_BSP_SCHEDULE_DELAY: both("Time between exports, in milliseconds."),
  OTEL_BSP_EXPORT_TIMEOUT: both("Longest wait for one export, in milliseconds; 0 for no limit."),
  OTEL_BSP_MAX_QUEUE_SIZE: both("Most spans that wait for export; more are dropped."),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: both("Most spans in one export, and no more than may wait."),

  OTEL_EXPORTER_OTLP_INSECURE: none(noTls),
  OTEL_EXPORTER_OTLP_TRACES_INSECURE: none(noTls),
  OTEL_LOG_LEVEL: none("The SDK's own log stays silent; `LOG_LEVEL` is the service's."),
  OTEL_METRICS_EXPORTER: none(ownMetrics),
  OTEL_LOGS_EXPORTER: none(ownLogs),
  OTEL_METRIC_EXPORT_INTERVAL: none(ownMetrics),
  OTEL_METRIC_EXPORT_TIMEOUT: none(ownMetrics),
  OTEL_METRICS_EXEMPLAR_FILTER: none("Exemplars are of sampled requests."),
  OTEL_EXPORTER_PROMETHEUS_HOST: none("`HOST` is the service's."),
  OTEL_EXPORTER_PROMETHEUS_PORT: none("`METRICS_PORT` is the service's."),
  OTEL_EXPORTER_ZIPKIN_ENDPOINT: none("Only OTLP is exported."),
  OTEL_EXPORTER_ZIPKIN_TIMEOUT: none("Only OTLP is exported."),
  OTEL_BLRP_SCHEDULE_DELAY: none(ownLogs),
  OTEL_BLRP_EXPORT_TIMEOUT: none(ownLogs),
  OTEL_BLRP_MAX_QUEUE_SIZE: none(ownLogs),
  OTEL_BLRP_MAX_EXPORT_BATCH_SIZE: none(ownLogs),
  OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: none(fixedLimits),
  OTEL_ATTRIBUTE_COUNT_LIMIT: none(fixedLimits),
  OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT: none(fixedLimits),
  OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: none(fixedLimits),
  OTEL_SPAN_EVENT_COUNT_LIMIT: none(fixedLimits),
  OTEL_SPAN_LINK_COUNT_LIMIT: none(fixedLimits),
  OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT: none(fixedLimits),
  OTEL_LINK_ATTRIBUTE_COUNT_LIMIT: none(fixedLimits),
  OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT: none(ownLogs),
  OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT: none(ownLogs),
  OTEL_ENTITIES: none("The resource is described by `OTEL_RESOURCE_ATTRIBUTES`."),
  OTEL_CONFIG_FILE: none("Variables are read, no file."),
} as const satisfies Record<string, VariableDefinition> & Record<keyof typeof telemetrySettings, { on: "both" }>;

export type VariableName = keyof typeof variableTable;
