/** Every query of the stack: the dashboards', the rules', and the examples of docs/observability.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { metricTable } from "../../functions/core/telemetry/metrics-table.ts";
import { dashboards } from "../../observability/dashboards/all.ts";
import { externalMetrics } from "../../observability/external-metrics.ts";
import { root } from "../../harness/built.mjs";
import { ruleFiles } from "../observability.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");

export const rules = ruleFiles.flatMap((path) => parse(read(path)).groups.flatMap((group) => group.rules));

export const panels = dashboards.flatMap((dashboard) =>
  dashboard.panels
    .filter(({ type }) => type !== "row")
    .map((panel) => ({ name: `${dashboard.uid}: ${panel.title}`, panel })),
);

/** Of the service's own table: a histogram's parts too. */
export const ownMetrics = new Set(
  Object.entries(metricTable).flatMap(([name, { type }]) =>
    (type === "histogram" ? ["_bucket", "_count", "_sum"] : [""]).map((suffix) => name + suffix),
  ),
);
export const foreignMetrics = new Set(Object.values(externalMetrics).flat());
export const recorded = new Set(rules.map((rule) => rule.record).filter(Boolean));
/** What prom-client says of the process, which the service's table does not list. */
export const isOfProcess = (name) => /^(?:nodejs|process)_/.test(name);

/** The names before a selector or a range, and bare ones: whatever is neither function, keyword nor label. */
export function metricsOf(expr) {
  const bare = expr
    .replaceAll(/"(?:[^"\\]|\\.)*"/g, "")
    .replaceAll(/\{[^}]*\}/g, "")
    .replaceAll(/\[[^\]]*\]/g, "")
    .replaceAll(/\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^)]*\)/g, " ");
  return (bare.match(/[a-zA-Z_:][\w:]*(?!\w|\s*\()/g) ?? []).filter(
    (name) => !/^(?:and|or|unless|bool|offset|by|without|on|ignoring|group_left|group_right|e\d+)$/.test(name),
  );
}

/** Grafana's variables as a dashboard over an hour has them. */
export function withVariables(expr, range = "1h") {
  return expr
    .replaceAll("$__rate_interval", "1m")
    .replaceAll("$__auto", "1m")
    .replaceAll("$__range", range)
    .replaceAll("$namespace", ".*");
}

/** The runbooks' queries: their code in which a metric is counted or the service's logs are chosen. */
export function runbookQueries() {
  const code = read("docs/runbooks.md")
    .replaceAll(/\s*\n\s+/g, " ")
    .match(/`[^`]+`/g)
    .map((span) => span.slice(1, -1));
  return code
    .filter((span) => /\brate\(|_over_time\(|^\{\w+=|^up\b/.test(span))
    .map((expr) => ({ name: expr, language: /\{service_name=/.test(expr) ? "LogQL" : "PromQL", expr }));
}

const ofTargets = ["job", "namespace", "pod", "instance", "revision", "le"];

/** Labels that an expression over the service's own metrics alone names and they do not have. */
export function unknownLabels(expr) {
  const names = metricsOf(expr);
  const tables = names.map((name) => metricTable[name] ?? metricTable[name.replace(/_(?:bucket|count|sum)$/, "")]);
  if (names.length === 0 || tables.some((table) => table === undefined)) return [];
  const labels = new Set([...ofTargets, ...tables.flatMap((table) => table.labels ?? [])]);
  const grouped = [...expr.matchAll(/\b(?:by|without|on)\s*\(([^)]*)\)/g)].flatMap(([, list]) => list.split(","));
  const matched = [...expr.matchAll(/[{,]\s*(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => label);
  return [...grouped, ...matched].map((label) => label.trim()).filter((label) => label && !labels.has(label));
}

/** The examples: rows of the table whose second column is a language. */
export function examples() {
  const row = /^\| (?<name>[^|]+?) +\| (?<language>PromQL|LogQL|TraceQL) +\| `(?<expr>.+)` +\|$/gm;
  return [...read("docs/observability.md").matchAll(row)].map(({ groups }) => ({
    ...groups,
    expr: groups.expr.replaceAll(String.raw`\|`, "|"),
  }));
}
