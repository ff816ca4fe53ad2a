import { createPlugin } from "../plugin.mjs";

/** Replacements for files of OpenTelemetry's packages, by name. */
const everywhere = {
  // The SDK's metrics about itself, which this service does not collect.
  ExporterMetrics: "export class ExporterMetrics { startExport() { return () => {}; } }",
  SpanProcessorMetrics: "export class SpanProcessorMetrics { dropSpans() {} finishSpans() {} shutdown() {} }",
  TracerMetrics: "export class TracerMetrics { startSpan() {} }",
  // A collector's response would only be written to a log of the SDK, which is off.
  "trace/protobuf/response-deserializer": "export const deserializeExportTraceServiceResponse = () => ({});",
};

const onNode = {
  // The exporter for Node would read environment variables itself, in another way than the specification's. This service
  // passes all settings to it.
  "otlp-node-http-env-configuration": "export const getNodeHttpConfigurationFromEnvironment = () => ({});",
  ...everywhere,
};

/**
 * OpenTelemetry without the files that are not used here, and that a bundler cannot remove
 * (https://github.com/open-telemetry/opentelemetry-js/issues/1949).
 *
 * A file that a package renames or drops fails the build, and so does a new import of a package from such a
 * file. The build does not notice a new call of a method on one of these classes; the telemetry suite does.
 * @param {"node" | "worker"} runtime
 */
export function slimOtel(runtime) {
  const files = runtime === "node" ? onNode : everywhere;
  const each = Object.keys(files);
  const filter = new RegExp(`[\\\\/]@opentelemetry[\\\\/].*[\\\\/](${each.join("|")})\\.mjs$`);
  return createPlugin("slim-otel", ({ onLoad }) => {
    onLoad({ filter, each }, ({ path }) => ({ contents: files[filter.exec(path)[1]] }));
  });
}
