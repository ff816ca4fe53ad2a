import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import type { Build } from "../core/build.ts";
import type { Log } from "../core/ports.ts";
import { type ClosableTracing, createTracing } from "../core/tracing/otel.ts";
import type { TelemetryConfig } from "../core/tracing/settings.ts";
import { createExportWatch } from "../core/tracing/watch-exports.ts";
import { createRepeats } from "./repeats.ts";

/** Tracing with Node's exporter, which reads the variables for headers, TLS and compression by itself. */
export function createNodeTracing(config: TelemetryConfig & { url: string }, build: Build, log: Log): ClosableTracing {
  const options = { url: config.url, timeoutMillis: config.OTEL_EXPORTER_OTLP_TIMEOUT };
  const watch = createExportWatch(log);
  const tracing = createTracing(config, build, watch(new OTLPTraceExporter(options)));
  const repeats = createRepeats(config, build, options, watch);
  const both = async (): Promise<void> => void (await Promise.all([tracing.flush(), repeats.flush()]));
  return {
    ...tracing,
    repeats,
    flush: both,
    async shutdown() {
      await both();
      await tracing.shutdown();
    },
  };
}
