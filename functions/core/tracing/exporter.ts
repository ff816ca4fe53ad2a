import { ExportResultCode } from "@opentelemetry/core";
import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { SpanExporter } from "@opentelemetry/sdk-trace";
import type { TelemetryConfig } from "./settings.ts";
import type { Exporter } from "./watch-exports.ts";

/** For OpenTelemetry's exporters: what they send is encoded already. */
export const ofBytes = {
  serializeRequest: (bytes: Uint8Array) => bytes,
  // It would only be told to a log of the SDK's own, which nobody reads.
  deserializeResponse: () => ({}),
};

/** The options of OpenTelemetry's exporters on both runtimes: all of them, so that none is read from elsewhere. */
export function toExporterOptions(
  { url, timeoutMillis, compression, headers }: TelemetryConfig,
  concurrencyLimit: number,
) {
  const fields = { ...headers, "content-type": "application/x-protobuf" };
  // A copy each time, since an exporter adds its own.
  return { url, timeoutMillis, compression, concurrencyLimit, headers: async () => ({ ...fields }) };
}

/** Exports the SDK's spans by what sends bytes. */
export function toSpanExporter(
  sender: Exporter<Uint8Array>,
  compress: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array> = (bytes) => bytes,
): SpanExporter {
  return {
    async export(spans, done) {
      try {
        sender.export(await compress(ProtobufTraceSerializer.serializeRequest(spans)!), done);
      } catch (thrown) {
        done({ code: ExportResultCode.FAILED, error: thrown as Error });
      }
    },
    shutdown: () => sender.shutdown(),
  };
}
