import { fileURLToPath } from "node:url";
import { logFieldTable, logMessageTable } from "../../functions/core/telemetry/log-table.ts";
import { type MetricDefinition, metricTable } from "../../functions/core/telemetry/metrics-table.ts";
import { telemetrySettings } from "../../functions/core/telemetry/otel/config.ts";
import { attributeTable, spanTable } from "../../functions/core/telemetry/span-table.ts";
import { type VariableDefinition, variableTable } from "../../functions/core/telemetry/otel/variables.ts";
import { certificateSettings } from "../../functions/node/telemetry/certificates.ts";
import { createProcessMetrics } from "../../functions/node/telemetry/process-metrics.ts";

/** Where the page is kept. */
export const telemetryPath = fileURLToPath(new URL("../telemetry.md", import.meta.url));

const code = (text: string) => `\`${text}\``;
const codes = (texts: readonly string[]) => texts.map(code).join(", ");

/** A Markdown table, its columns padded as the formatter has them. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0), 3));
  const lines = cells.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`);
  lines.splice(1, 0, `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`);
  return lines.join("\n");
}

function metrics(): string {
  const rows = Object.entries(metricTable as Record<string, MetricDefinition>).map(([name, metric]) => [
    code(name),
    metric.type,
    codes(metric.labels),
    `${metric.help}${metric.exemplars ? " With exemplars." : ""}`,
  ]);
  return table(["Name", "Type", "Labels", "Meaning"], rows);
}

function buckets(): string {
  const rows = Object.entries(metricTable as Record<string, MetricDefinition>)
    .filter(([, { buckets: bounds }]) => bounds)
    .map(([name, { buckets: bounds = [] }]) => [code(name), bounds.join(", ")]);
  return table(["Histogram", "Upper bounds"], rows);
}

function processMetrics(): string {
  const all = createProcessMetrics() as unknown as { name: string; type: string; help: string }[];
  const rows = all
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, type, help }) => [code(name), type, help]);
  return table(["Name", "Type", "Meaning"], rows);
}

function spans(): string {
  const rows = Object.entries(spanTable).map(([name, span]) => [
    code(name),
    span.kind,
    span.description,
    codes(span.attributes),
  ]);
  return table(["Name", "Kind", "Meaning", "Attributes"], rows);
}

/** Defaults of OpenTelemetry's variables that are honoured, as they would be set. */
const defaults: Record<string, string> = Object.fromEntries(
  Object.entries({ ...telemetrySettings, ...certificateSettings }).map(([name, { fallback }]) => [
    name,
    typeof fallback === "object" && !Array.isArray(fallback) ? "" : String(fallback ?? ""),
  ]),
);

function variables(): string {
  const places = { both: "Node, Workers", node: "Node", none: "not honoured" };
  const rows = Object.entries(variableTable as Record<string, VariableDefinition>).map(
    ([name, { on, description }]) => [code(name), defaults[name] ? code(defaults[name]) : "", places[on], description],
  );
  return table(["Name", "Default", "Honoured on", "Meaning"], rows);
}

function named(entries: Record<string, string>): string {
  return table(
    ["Name", "Meaning"],
    Object.entries(entries).map(([name, meaning]) => [code(name), meaning]),
  );
}

function messages(): string {
  const rows = Object.entries(logMessageTable).map(([name, message]) => [
    code(name),
    codes(message.levels),
    message.description,
    codes(message.fields),
  ]);
  return table(["`msg`", "Levels", "Meaning", "Fields"], rows);
}

/** docs/telemetry.md, whole. */
export function renderTelemetry(): string {
  return `# Telemetry

<!-- Made by \`npm run docs:telemetry\` from the tables in functions/core: change those. -->

Metrics, traces and logs of one request agree: the route is its template, and what the cache did is one word of a closed set, the same in \`cache_results_total\`, in \`edge_gists.cache.handling\`, in the log's \`handling\` and, in RFC 9211's terms, in \`Cache-Status\`. Settings are in the [README](../README.md#settings); what the parts cost is measured by \`npm run bench:telemetry\`.

## Metrics

\`/metrics\` answers with Prometheus text, or with OpenMetrics where \`Accept\` prefers it; only OpenMetrics carries exemplars, the \`trace_id\` of a sampled request. With \`METRICS_PORT\` they are also on a port of their own. On a Worker they are those of one isolate: \`edge_gists_build_info\` says so in its label \`scope\` (\`process\` or \`isolate\`).

Labels are bounded: no client can make a new series.

${metrics()}

${buckets()}

### Of the process

On Node only (these are for Linux), by [prom-client](https://github.com/siimon/prom-client).

${processMetrics()}

## Traces

By OpenTelemetry, over OTLP/HTTP with protobuf, where \`OTEL_EXPORTER_OTLP_ENDPOINT\` is set; else the SDK is not even loaded, nor where a [variable](#opentelemetrys-variables) turns tracing off. The caller's \`traceparent\` and \`tracestate\` are continued and sent on to GitHub; its \`baggage\` never is. \`Server-Timing\` tells the client its \`traceparent\`. A receiver that fails costs no request anything: spans are dropped, and the log says so. A container exports in batches and once more before it ends; a Worker exports after each request.

${spans()}

### Attributes

${named(attributeTable)}

On the resource: \`service.name\`, \`service.version\`, \`telemetry.sdk.*\`, and what \`OTEL_RESOURCE_ATTRIBUTES\` adds.

### OpenTelemetry's variables

Read in one place for both runtimes, by the specification of [variables](https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/) and of the [exporter](https://opentelemetry.io/docs/specs/otel/protocol/exporter/). An empty variable is unset. Words are in any case. A wrong value, or the wrong part of a list, counts as unset, and the log names the variable (\`setting ignored\`). A wrong endpoint stops startup instead.

${variables()}

The variables of other signals (\`OTEL_EXPORTER_OTLP_METRICS_*\`, \`OTEL_EXPORTER_OTLP_LOGS_*\`) are not honoured: only traces are exported.

## Logs

One JSON object a line on stdout, on both runtimes with the same fields; those without a value are left out. A container writes lines together, at most 10 ms late. Where nobody reads them, 8 MiB wait; what is beyond is lost, and counted in \`log_lines_lost_total\`.

${messages()}

### Fields

${named(logFieldTable)}
`;
}
