/** True if the environment may request traces: only then is the SDK loaded, and its settings read. */
export function wantsTracing(env: Record<string, unknown>): boolean {
  return Boolean(env["OTEL_EXPORTER_OTLP_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]);
}
