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
const ofRules = rules.map((rule) => ({ name: rule.alert ?? rule.record, expr: rule.expr }));
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

test("what Alloy keeps by name has `up` in it, by which alerts know a scrape", () => {
  const kept = read("observability/chart/alloy/config.alloy").matchAll(
    /source_labels = \["__name__"\]\s+regex\s+= "(?<regex>.+)"\s+action\s+= "keep"/g,
  );
  const regexes = [...kept].map(({ groups }) => new RegExp(`^(?:${groups!["regex"]})$`));
  expect(regexes).not.toEqual([]);
  for (const regex of regexes) expect("up").toMatch(regex);
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
