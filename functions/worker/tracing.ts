import { ExportResultCode } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { createLegacyOtlpBrowserExportDelegate } from "@opentelemetry/otlp-exporter-base/browser-http";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { Build } from "../core/config/build.ts";
import type { Log } from "../core/ports.ts";
import { contentType, ofBytes, toExporterOptions, uncounted } from "../core/telemetry/otel/exporter.ts";
import { createTracing } from "../core/telemetry/otel/tracing.ts";
import type { TelemetryConfig } from "../core/telemetry/otel/config.ts";
import { createExportWatch } from "../core/telemetry/otel/watch-exports.ts";
import type { Tracing } from "../core/telemetry/trace.ts";

/** How long a flush waits for the rest of a request's spans, so that one export contains them all, in milliseconds. */
const gathering = 10;

/**
 * Number of concurrent exports. The exporter's own 30 are fewer than an isolate has requests, each of which flushes.
 */
const concurrencyLimit = 256;

async function gzip(bytes: Uint8Array): Promise<Uint8Array> {
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The exporter's fetch form does not compress. Compressed data is sent by the exporter's own parts. */
function createGzipExporter({ headers, ...options }: ReturnType<typeof toExporterOptions>): SpanExporter {
  const fields = { ...headers, "content-encoding": "gzip" };
  const sender = createLegacyOtlpBrowserExportDelegate(
    { ...options, headers: fields },
    ofBytes,
    "",
    uncounted,
    undefined,
    "",
    contentType,
  );
  return {
    async export(spans, done) {
      try {
        sender.export(await gzip(ProtobufTraceSerializer.serializeRequest(spans)!), done);
      } catch (thrown) {
        done({ code: ExportResultCode.FAILED, error: thrown as Error });
      }
    },
    shutdown: () => sender.shutdown(),
  };
}

/** Tracing with the exporter's fetch form. */
export function createWorkerTracing(config: TelemetryConfig, build: Build, log: Log): Tracing {
  const options = toExporterOptions(config, concurrencyLimit);
  const exporter = config.compression === "gzip" ? createGzipExporter(options) : new OTLPTraceExporter(options);
  const tracing = createTracing(config, build, createExportWatch(log)(exporter));
  return {
    ...tracing,
    async flush() {
      await new Promise((resolve) => setTimeout(resolve, gathering));
      await tracing.flush();
    },
  };
}
