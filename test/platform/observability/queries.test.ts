import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  foreignMetrics,
  isOfProcess,
  metricsOf,
  ownMetrics,
  panels,
  recorded,
  rules,
  runbookQueries,
  unknownLabels,
  withVariables,
} from "../../../scripts/observability/queries.mjs";
import { read } from "../support/files.ts";
import { hasPromtool, promtool } from "./promtool.ts";

const known = new Set([...ownMetrics, ...foreignMetrics, ...recorded]);
const ofPanels = panels.flatMap(({ name, panel }) =>
  panel.targets.filter((target) => target.datasource.uid === "mimir").map((target) => ({ name, expr: target.expr })),
);
// The watchdog asks for nothing.
const ofRules = rules
  .filter(({ expr }) => expr !== "vector(1)")
  .map((rule) => ({ name: rule.alert ?? rule.record, expr: rule.expr }));
const ofRunbooks = runbookQueries().filter(({ language }) => language === "PromQL");

for (const { name, expr } of [...ofPanels, ...ofRules, ...ofRunbooks]) {
  test(`the labels of "${name}" exist`, () => {
    expect(unknownLabels(expr)).toEqual([]);
  });

  test(`the metrics of "${name}" exist`, () => {
    const names: string[] = metricsOf(expr);
    expect(names, `none found in ${expr}`).not.toEqual([]);
    expect(names.filter((metric) => !known.has(metric) && !isOfProcess(metric))).toEqual([]);
  });
}

describe("what Alloy keeps by name", () => {
  const kept = read("observability/chart/alloy/kubernetes.alloy").matchAll(
    /prometheus\.relabel "(?<name>\w+)" \{[^}]*source_labels = \["__name__"\]\s+regex\s+= "(?<regex>.+)"\s+action\s+= "keep"/g,
  );
  const filters = new Map([...kept].map(({ groups }) => [groups!["name"]!, new RegExp(`^(?:${groups!["regex"]})$`)]));

  test("has `up` in it, by which alerts know a scrape", () => {
    expect([...filters.keys()].toSorted()).toEqual(["cadvisor", "envoy", "kubelet"]);
    for (const filter of filters.values()) expect("up").toMatch(filter);
  });

  test.each([
    ["kubelet", /^kubelet_/],
    ["cadvisor", /^(?:container|machine)_/],
    ["envoy", /^(?:envoy|istio)_/],
  ])("of %s has all that rules, panels and runbooks ask for", (name, prefix) => {
    const asked = [...ofPanels, ...ofRules, ...ofRunbooks].flatMap(({ expr }) => metricsOf(expr) as string[]);
    const ofSource = new Set(asked.filter((metric) => prefix.test(metric)));
    expect([...ofSource].filter((metric) => !filters.get(name)!.test(metric))).toEqual([]);
  });

  test.each([
    // https://kubernetes.io/docs/reference/instrumentation/metrics/
    ["kubelet", "kubelet_runtime_operations_duration_seconds_bucket"],
    ["cadvisor", "container_tasks_state"],
    ["envoy", "envoy_cluster_upstream_rq_time_bucket"],
  ])("of %s has not %s, of which there are many series", (name, metric) => {
    expect(metric).not.toMatch(filters.get(name)!);
  });
});

test.each(["docs/runbooks.md", "docs/observability.md"])("the panels that %s sends people to", (page) => {
  const titles: string[] = panels.map(({ panel }) => panel.title);
  const named = read(page)
    .replaceAll(/\s+/g, " ")
    .matchAll(/"([A-Z][^"]{5,90}\?)"/g);
  for (const [, title] of named) expect(titles).toContain(title);
});

for (const { name, panel } of panels)
  test(`"${name}" is a question that says how to read its result`, () => {
    expect(panel.title).toMatch(/\?$/);
    expect(panel.description.length).toBeGreaterThan(10);
    expect(panel.fieldConfig.defaults.unit).toBeTruthy();
    expect(panel.targets).not.toEqual([]);
  });

describe.runIf(hasPromtool("promtool's look at the panels"))("promtool", () => {
  test("the panels' PromQL", async () => {
    const folder = mkdtempSync(join(tmpdir(), "edge-gists-panels-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const asRules = ofPanels.map(({ expr }, index) => ({ record: `panel:${index}`, expr: withVariables(expr) }));
    writeFileSync(join(folder, "panels.yaml"), JSON.stringify({ groups: [{ name: "panels", rules: asRules }] }));
    await promtool("check", "rules", "--lint=none", join(folder, "panels.yaml"));
  });
});
