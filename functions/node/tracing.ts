import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Build } from "../core/build.ts";
import type { Log } from "../core/ports.ts";
import { type ClosableTracing, createTracing } from "../core/tracing/otel.ts";
import type { TelemetryConfig } from "../core/tracing/settings.ts";

/** Tracing with Node's exporter, which reads the variables for headers, TLS and compression by itself. */
export function createNodeTracing(config: TelemetryConfig & { url: string }, build: Build, log: Log): ClosableTracing {
  const exporter = new OTLPTraceExporter({ url: config.url, timeoutMillis: config.OTEL_EXPORTER_OTLP_TIMEOUT });
  return createTracing(config, build, exporter, log);
}
