import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { convertLegacyHttpOptions, createOtlpHttpExportDelegate } from "@opentelemetry/otlp-exporter-base/node-http";
import type { Build } from "../../core/config/build.ts";
import type { Log } from "../../core/ports.ts";
import { contentType, ofBytes, toExporterOptions, uncounted } from "../../core/telemetry/otel/exporter.ts";
import { type ClosableTracing, createTracing } from "../../core/telemetry/otel/tracing.ts";
import type { TelemetryConfig } from "../../core/telemetry/otel/config.ts";
import { createExportWatch } from "../../core/telemetry/otel/watch-exports.ts";
import { readCertificates } from "./certificates.ts";
import { createSpanTemplates } from "./span-templates.ts";

/** Number of concurrent exports, the exporter's own default. */
const concurrencyLimit = 30;

/**
 * Tracing with Node's exporter, which gets every option from here: build/plugins/slim-otel.mjs prevents it from reading
 * variables itself.
 */
export function createNodeTracing(
  config: TelemetryConfig,
  env: Record<string, unknown>,
  build: Build,
  log: Log,
): ClosableTracing {
  const options = {
    ...toExporterOptions(config, concurrencyLimit),
    httpAgentOptions: { keepAlive: true, ...readCertificates(env, log) },
  };
  const watch = createExportWatch(log);
  const tracing = createTracing(config, build, watch(new OTLPTraceExporter(options)));
  // The exporter encodes spans. Spans that are already encoded are sent by its parts.
  const http = convertLegacyHttpOptions(options, "TRACES", "", contentType);
  const sender = createOtlpHttpExportDelegate(http, ofBytes, "", uncounted, undefined);
  const spanTemplates = createSpanTemplates(config, build, watch(sender));
  // Spans of a hit come in pairs.
  const hasTemplates = config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE > 1;
  const flush = async (): Promise<void> => void (await Promise.all([tracing.flush(), spanTemplates.flush()]));
  return {
    start(name, headers, attributes, hitKey) {
      const isHit = hasTemplates && hitKey !== undefined;
      const trace = isHit ? spanTemplates.start(name, headers, attributes, hitKey) : undefined;
      return trace ?? tracing.start(name, headers, attributes);
    },
    flush,
    async shutdown() {
      await flush();
      await tracing.shutdown();
    },
  };
}
