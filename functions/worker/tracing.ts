import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Build } from "../core/build.ts";
import type { Log } from "../core/ports.ts";
import { createTracing } from "../core/tracing/otel.ts";
import { toTelemetryConfig } from "../core/tracing/settings.ts";
import { createExportWatch } from "../core/tracing/watch-exports.ts";
import type { Tracing } from "../core/trace.ts";

/** How long a flush waits for the rest of a request's spans, so that one export takes them all, in milliseconds. */
const gathering = 10;

/** Exports under way at once; the exporter's own 30 are fewer than an isolate has requests, each of which flushes. */
const concurrencyLimit = 256;

/** Tracing with the exporter's fetch form: a Worker has no environment that it could read. @throws ConfigError */
export function createWorkerTracing(env: Record<string, unknown>, build: Build, log: Log): Tracing | undefined {
  const config = toTelemetryConfig(env);
  if (!config) return undefined;
  const exporter = new OTLPTraceExporter({
    url: config.url,
    headers: config.OTEL_EXPORTER_OTLP_HEADERS,
    timeoutMillis: config.OTEL_EXPORTER_OTLP_TIMEOUT,
    concurrencyLimit,
  });
  const tracing = createTracing(config, build, createExportWatch(log)(exporter));
  return {
    ...tracing,
    async flush() {
      await new Promise((resolve) => setTimeout(resolve, gathering));
      await tracing.flush();
    },
  };
}
