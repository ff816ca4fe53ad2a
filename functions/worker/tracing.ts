import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Build, Log } from "../core/ports.ts";
import { createTracing } from "../core/tracing/otel.ts";
import { toTelemetryConfig } from "../core/tracing/settings.ts";
import type { Tracing } from "../core/trace.ts";

/** Tracing with the exporter's fetch form: a Worker has no environment that it could read. @throws ConfigError */
export function createWorkerTracing(env: Record<string, unknown>, build: Build, log: Log): Tracing | undefined {
  const config = toTelemetryConfig(env);
  if (!config) return undefined;
  const exporter = new OTLPTraceExporter({
    url: config.url,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    timeoutMillis: config.OTEL_EXPORTER_OTLP_TIMEOUT,
  });
  return createTracing(config, build, exporter, log);
}
