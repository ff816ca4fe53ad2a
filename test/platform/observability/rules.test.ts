import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { root } from "../../../harness/built.mjs";
import { ruleFiles } from "../../../scripts/observability.mjs";
import { rules } from "../../../scripts/observability/queries.mjs";
import { read } from "../support/files.ts";
import { hasPromtool, promtool } from "./promtool.ts";

const testFiles = readdirSync(join(root, "observability/tests")).map((name) => `observability/tests/${name}`);

describe.runIf(hasPromtool("promtool's tests of the rules"))("promtool", () => {
  // One after another they would take half a minute.
  test.concurrent("check rules", () => promtool("check", "rules", "--lint=all", "--lint-fatal", ...ruleFiles));

  test.concurrent.each(testFiles)("test rules %s", (path) => promtool("test", "rules", path));
});

/** Fires always, so that its absence tells. */
const watchdog = "Watchdog";

const cases = testFiles.flatMap((path) => parse(read(path)).tests.flatMap((one) => one.alert_rule_test ?? []));
const headings = read("docs/runbooks.md").match(/^## .+$/gm) ?? [];
const anchors = headings.map((line) =>
  line
    .slice(3)
    .toLowerCase()
    .replaceAll(" ", "-")
    .replaceAll(/[^\w-]/g, ""),
);

for (const { alert, labels, annotations } of rules.filter((rule) => rule.alert)) {
  const own = cases.filter(({ alertname }) => alertname === alert);

  test(`${alert} has a test in which it fires`, () => {
    expect(own.some(({ exp_alerts: all }) => all?.length > 0)).toBe(true);
  });

  test.skipIf(alert === watchdog)(`${alert} has a test in which it rests`, () => {
    expect(own.some(({ exp_alerts: all }) => !all?.length)).toBe(true);
  });

  test(`${alert} has a runbook`, () => {
    const [page, anchor] = annotations.runbook_url.split("#");
    expect(page).toBe("docs/runbooks.md");
    expect(anchors).toContain(anchor);
  });

  test(`${alert} has a severity that Alertmanager's routes know`, () => {
    expect(labels.severity).toMatch(alert === watchdog ? /^none$/ : /^(?:critical|warning)$/);
  });
}
