import { createOtlpHttpExportDelegate, httpAgentFactoryFromOptions } from "@opentelemetry/otlp-exporter-base/node-http";
import type { Build } from "../core/build.ts";
import type { Log } from "../core/ports.ts";
import { ofBytes, toExporterOptions, toSpanExporter } from "../core/tracing/exporter.ts";
import { type ClosableTracing, createTracing } from "../core/tracing/otel.ts";
import type { TelemetryConfig } from "../core/tracing/settings.ts";
import { createExportWatch } from "../core/tracing/watch-exports.ts";
import { readCertificates } from "./certificates.ts";
import { createRepeats } from "./repeats.ts";

/** Exports under way at once, the exporter's own default. */
const concurrencyLimit = 30;

/** Tracing with Node's exporter, which is told everything: by itself it would read the variables in another way. */
export function createNodeTracing(
  config: TelemetryConfig,
  env: Record<string, unknown>,
  build: Build,
  log: Log,
): ClosableTracing {
  const options = {
    ...toExporterOptions(config, concurrencyLimit),
    agentFactory: httpAgentFactoryFromOptions({ keepAlive: true, ...readCertificates(env, log) }),
  };
  // The last two are for the SDK's metrics of itself, which nothing here collects.
  const exporter = createOtlpHttpExportDelegate(options, ofBytes, "", { countItems: () => 0 } as never, undefined);
  const sender = createExportWatch(log)(exporter);
  const tracing = createTracing(config, build, toSpanExporter(sender));
  const repeats = createRepeats(config, build, sender);
  const both = async (): Promise<void> => void (await Promise.all([tracing.flush(), repeats.flush()]));
  return {
    ...tracing,
    // Its spans go in pairs.
    ...(config.OTEL_BSP_MAX_EXPORT_BATCH_SIZE > 1 && { repeats }),
    flush: both,
    async shutdown() {
      await both();
      await tracing.shutdown();
    },
  };
}
