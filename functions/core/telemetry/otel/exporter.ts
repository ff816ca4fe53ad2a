import type { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import type { TelemetryConfig } from "./config.ts";

/** What every export is. The exporter of spans has it by itself, and sends nothing else. */
export const contentType = { "Content-Type": "application/x-protobuf" };

/** For what exports bytes: they are encoded already. */
export const ofBytes = {
  serializeRequest: (bytes: Uint8Array) => bytes,
  // It would only be told to a log of the SDK's own, which nobody reads.
  deserializeResponse: () => ({}),
};

/** For the SDK's metrics of itself, which nothing here collects. */
export const uncounted = { name: "span", countItems: () => 0 } as const;

/** The options of OpenTelemetry's exporters on both runtimes: all of them, so that none is read from elsewhere. */
export function toExporterOptions(
  { url, timeoutMillis, compression, headers }: TelemetryConfig,
  concurrencyLimit: number,
) {
  // fetch would join two types that are spelled in two ways.
  const { "content-type": _type, "content-length": _length, host: _host, ...fields } = headers;
  return {
    url,
    timeoutMillis,
    compression: compression as CompressionAlgorithm,
    concurrencyLimit,
    headers: fields,
  };
}
