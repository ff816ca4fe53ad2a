import { globSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../harness/built.mjs";
import { foreignMetrics, metricsOf } from "../../../scripts/observability/queries.mjs";
import { read } from "../support/files.ts";

/**
 * A value of a provisioned datasource as Grafana has it: it takes environment variables from it, of which there are none, and
 * `$$` is a dollar (https://grafana.com/docs/grafana/latest/administration/provisioning/#using-environment-variables).
 */
function provisioned(value: any): any {
  if (typeof value === "string")
    return value
      .split("$$")
      .map((part) => part.replaceAll(/\$(?:\{[^}]*\}|\w+)/g, ""))
      .join("$");
  if (Array.isArray(value)) return value.map(provisioned);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, provisioned(inner)]));
}

const values = parse(read("observability/chart/values.yaml"));
const { datasources } = provisioned(values.grafana.datasources["datasources.yaml"]);
const byUid = (uid: string) => datasources.find((datasource: { uid: string }) => datasource.uid === uid);
const [loki, mimir, tempo] = ["loki", "mimir", "tempo"].map(byUid);
const alloy = globSync("observability/chart/alloy/*.alloy", { cwd: root })
  .map((path) => read(path))
  .join("\n");

test("each correlation leads to a datasource that is provisioned", () => {
  const named = [...JSON.stringify(datasources).matchAll(/"(?:datasourceUid|alertmanagerUid)":"([^"]*)"/g)];
  expect(named.length).toBeGreaterThan(4);
  for (const [, uid] of named) expect(byUid(uid!), uid).toBeTruthy();
});

test("from a log line to its trace, by the metadata that Alloy writes", () => {
  const [field] = loki.jsonData.derivedFields;
  expect(field).toMatchObject({ matcherType: "label", datasourceUid: "tempo", url: "${__value.raw}" });
  for (const [, process] of alloy.matchAll(/\nloki\.process "\w+" \{([\s\S]*?)\n\}/g)) {
    const [, metadata = ""] = /stage\.structured_metadata \{\n\s+values = \{([^}]*)\}/.exec(process!) ?? [];
    expect(metadata).toMatch(new RegExp(`\\b${field.matcherRegex}\\b`));
  }
});

test("from a trace to the log lines of all components", () => {
  const { datasourceUid, customQuery, query } = tempo.jsonData.tracesToLogsV2;
  expect(datasourceUid).toBe("loki");
  expect(customQuery).toBe(true);
  expect(query).toBe('{service_name=~".+"} | trace_id="${__span.traceId}"');
});

test("from an exemplar to its trace, by the label that the service writes", () => {
  const [destination] = mimir.jsonData.exemplarTraceIdDestinations;
  expect(destination).toEqual({ name: "trace_id", datasourceUid: "tempo" });
  expect(read("functions/core/telemetry/metrics.ts")).toContain(destination.name);
});

test("from a trace to metrics that exist, of the span's service", () => {
  const { datasourceUid, tags, queries } = tempo.jsonData.tracesToMetrics;
  expect(datasourceUid).toBe("mimir");
  expect(tags).toEqual([{ key: "service.name", value: "service" }]);
  for (const { query } of queries) {
    expect(query).toContain("{$__tags");
    expect(metricsOf(query).filter((name: string) => !foreignMetrics.has(name))).toEqual([]);
  }
});
