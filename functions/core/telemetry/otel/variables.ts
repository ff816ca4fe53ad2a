import type { telemetrySettings } from "./config.ts";

/** Where a variable is honoured: on both runtimes, in the container alone, or nowhere. */
export interface VariableDefinition {
  on: "both" | "node" | "none";
  description: string;
}

const both = (description: string) => ({ on: "both", description }) as const;
const node = (description: string) => ({ on: "node", description }) as const;
const none = (description: string) => ({ on: "none", description }) as const;

const ownMetrics = "Metrics are exposed to Prometheus at `/metrics`.";
const ownLogs = "Logs are lines on standard output.";
const fixedLimits = "Spans have few attributes and no events. Values are cut after 1024 characters.";
const noTls = "The scheme of the URL decides.";

/**
 * OpenTelemetry's variables, and whether the service honours them. The source of docs/telemetry.md and docs/settings.md. Their
 * parsers are in config.ts and functions/node/telemetry/certificates.ts. Not part of any bundle.
 * https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export const variableTable = {
  OTEL_SDK_DISABLED: both("`true` turns tracing off, including the propagation of `traceparent`."),
  OTEL_TRACES_EXPORTER: both("`none` turns tracing off, also in a list."),
  OTEL_PROPAGATORS: both(
    "`tracecontext` continues a caller's `traceparent` and sends one to GitHub. `none` turns this off, also in a list. Baggage is never read or sent.",
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: both(
    "Base URL of the OTLP over HTTP receiver. Traces go to `/v1/traces` below it. Without it, nothing is traced.",
  ),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: both("Full URL for traces. Overrides the base URL."),
  OTEL_EXPORTER_OTLP_PROTOCOL: both("Protocol of the exporter. Only `http/protobuf` is supported."),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: both("Overrides the variable above for traces."),
  OTEL_EXPORTER_OTLP_HEADERS: both("Headers for the receiver, as percent-encoded `name=value` pairs."),
  OTEL_EXPORTER_OTLP_TRACES_HEADERS: both("Overrides the variable above for traces, all headers together."),
  OTEL_EXPORTER_OTLP_COMPRESSION: both("Compression of exports."),
  OTEL_EXPORTER_OTLP_TRACES_COMPRESSION: both("Overrides the variable above for traces."),
  OTEL_EXPORTER_OTLP_TIMEOUT: both("Timeout of a request to the receiver, in milliseconds. 0 means no limit."),
  OTEL_EXPORTER_OTLP_TRACES_TIMEOUT: both("Overrides the variable above for traces."),
  OTEL_EXPORTER_OTLP_CERTIFICATE: node(
    "PEM file of the certificate authorities that are trusted for the receiver. Not on Workers, which have no files.",
  ),
  OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE: node("Overrides the variable above for traces."),
  OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: node("PEM file of the client certificate. Not on Workers."),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE: node("Overrides the variable above for traces."),
  OTEL_EXPORTER_OTLP_CLIENT_KEY: node("PEM file of the client certificate's private key. Not on Workers."),
  OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY: node("Overrides the variable above for traces."),
  OTEL_SERVICE_NAME: both("`service.name` of the exported resource."),
  OTEL_RESOURCE_ATTRIBUTES: both("Additional resource attributes, as percent-encoded `name=value` pairs."),
  OTEL_TRACES_SAMPLER: both("Sampler that decides which requests are traced."),
  OTEL_TRACES_SAMPLER_ARG: both("Fraction of requests that a ratio sampler traces, from 0 to 1."),
  OTEL_BSP_SCHEDULE_DELAY: both("Interval between exports, in milliseconds."),
  OTEL_BSP_EXPORT_TIMEOUT: both("Timeout of one export, in milliseconds. 0 means no limit."),
  OTEL_BSP_MAX_QUEUE_SIZE: both("Maximum number of spans that wait for export. Further spans are dropped."),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: both("Maximum number of spans in one export. At most the queue size."),

  OTEL_EXPORTER_OTLP_INSECURE: none(noTls),
  OTEL_EXPORTER_OTLP_TRACES_INSECURE: none(noTls),
  OTEL_LOG_LEVEL: none("The SDK logs nothing. `LOG_LEVEL` applies to the service."),
  OTEL_METRICS_EXPORTER: none(ownMetrics),
  OTEL_LOGS_EXPORTER: none(ownLogs),
  OTEL_METRIC_EXPORT_INTERVAL: none(ownMetrics),
  OTEL_METRIC_EXPORT_TIMEOUT: none(ownMetrics),
  OTEL_METRICS_EXEMPLAR_FILTER: none("Exemplars are taken from sampled requests."),
  OTEL_EXPORTER_PROMETHEUS_HOST: none("Use `HOST`."),
  OTEL_EXPORTER_PROMETHEUS_PORT: none("Use `METRICS_PORT`."),
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
  OTEL_ENTITIES: none("Use `OTEL_RESOURCE_ATTRIBUTES`."),
  OTEL_CONFIG_FILE: none("Only variables are read."),
} as const satisfies Record<string, VariableDefinition> & Record<keyof typeof telemetrySettings, { on: "both" }>;

export type VariableName = keyof typeof variableTable;
