/** What stands in for files of OpenTelemetry's packages, by name. */
const files = {
  // The exporter of Node would read variables by itself, and in another way than the specification's. It is told all.
  "otlp-node-http-env-configuration": "export const getNodeHttpConfigurationFromEnvironment = () => ({});",
  // The SDK's metrics of itself, which nothing here collects.
  ExporterMetrics: "export class ExporterMetrics { startExport() { return () => {}; } }",
  SpanProcessorMetrics: "export class SpanProcessorMetrics { dropSpans() {} finishSpans() {} shutdown() {} }",
  TracerMetrics: "export class TracerMetrics { startSpan() {} }",
  // A receiver's answer would only be told to a log of the SDK's own, which nobody reads.
  "trace/protobuf/response-deserializer": "export const deserializeExportTraceServiceResponse = () => ({});",
};

/** An esbuild plugin: OpenTelemetry without what is never used here, and cannot be shaken. */
export const slimOtel = {
  name: "slim-otel",
  setup({ onLoad }) {
    const filter = new RegExp(`[\\\\/]@opentelemetry[\\\\/].*[\\\\/](${Object.keys(files).join("|")})\\.mjs$`);
    onLoad({ filter }, ({ path }) => ({ contents: files[filter.exec(path)[1]] }));
  },
};
