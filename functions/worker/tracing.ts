import { createOtlpSendBeaconExportDelegate } from "@opentelemetry/otlp-exporter-base/browser-http";
import type { Build } from "../core/build.ts";
import type { Log } from "../core/ports.ts";
import { ofBytes, toExporterOptions, toSpanExporter } from "../core/tracing/exporter.ts";
import { createTracing } from "../core/tracing/otel.ts";
import type { TelemetryConfig } from "../core/tracing/settings.ts";
import { createExportWatch } from "../core/tracing/watch-exports.ts";
import type { Tracing } from "../core/trace.ts";

/** How long a flush waits for the rest of a request's spans, so that one export takes them all, in milliseconds. */
const gathering = 10;

/** Exports under way at once; the exporter's own 30 are fewer than an isolate has requests, each of which flushes. */
const concurrencyLimit = 256;

/** The exporter's fetch form does not compress. */
async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Tracing with the exporter's fetch form. */
export function createWorkerTracing(config: TelemetryConfig, build: Build, log: Log): Tracing {
  const { compression, headers } = config;
  const isCompressed = compression === "gzip";
  const sent = isCompressed ? { ...config, headers: { ...headers, "content-encoding": "gzip" } } : config;
  // The SDK's metrics of itself, which nothing here collects. By fetch, whatever the name says.
  const exporter = createOtlpSendBeaconExportDelegate(toExporterOptions(sent, concurrencyLimit), ofBytes, {
    startExport: () => () => undefined,
  } as never);
  const sender = createExportWatch(log)(exporter);
  const tracing = createTracing(config, build, toSpanExporter(sender, isCompressed ? gzip : undefined));
  return {
    ...tracing,
    async flush() {
      await new Promise((resolve) => setTimeout(resolve, gathering));
      await tracing.flush();
    },
  };
}
