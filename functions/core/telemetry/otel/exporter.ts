import type { CompressionAlgorithm } from "@opentelemetry/otlp-exporter-base";
import type { TelemetryConfig } from "./config.ts";

/** The content type of every export. The exporter of spans sets it itself, and sends no other. */
export const contentType = { "Content-Type": "application/x-protobuf" };

/** Serializer for bytes, which are encoded already. */
export const ofBytes = {
  serializeRequest: (bytes: Uint8Array) => bytes,
  // The SDK would write it only to its own log, which is off.
  deserializeResponse: () => ({}),
};

/** For the SDK's metrics of itself, which are not collected. */
export const uncounted = { name: "span", countItems: () => 0 } as const;

/**
 * The options of OpenTelemetry's exporters on both runtimes: all of them, so that none is read from the environment.
 */
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
