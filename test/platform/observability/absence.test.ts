import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { rules } from "../../../scripts/observability/queries.mjs";
import { hasPromtool, promtool } from "./promtool.ts";

/** Each `absent(up{…})` of an alert, as a series that it matches. */
function expectedTargets(expr: string): string[] {
  return [...expr.matchAll(/absent\((up\{[^}]*\})\)/g)].map(([, selector]) =>
    selector!.replaceAll(/=~"([^"]*)"/g, (_, regex: string) => `="${regex.replaceAll(".*", "x")}"`),
  );
}

const alerts = rules.flatMap(({ alert, expr }) => (alert && /absent\(up/.test(expr) ? [{ alert, expr }] : []));

test("there are alerts on what is not collected", () => {
  expect(alerts.map(({ alert }) => alert)).toEqual(["ControlPlaneScrapeMissing", "PlatformScrapeMissing"]);
});

/**
 * Asks promtool whether an alert fires after half an hour.
 * @param missing what has no `up`, or an `up` of 0; all others are scraped
 */
async function check(alert: string, series: Record<string, string>, fires: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-absence-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const query = {
    expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
    eval_time: "30m",
    exp_samples: fires ? [{ labels: "{}", value: 1 }] : [],
  };
  const one = {
    interval: "1m",
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    promql_expr_test: [query],
  };
  const file = join(folder, "absence.yaml");
  const files = [join(root, "observability/chart/rules/alerts.yaml")];
  writeFileSync(file, JSON.stringify({ rule_files: files, evaluation_interval: "1m", tests: [one] }));
  await promtool("test", "rules", file);
}

describe.runIf(hasPromtool("promtool's tests of absence"))("an alert on what is not collected", () => {
  for (const { alert, expr } of alerts) {
    const targets = expectedTargets(expr);
    const all = Object.fromEntries(targets.map((target) => [target, "1x40"]));

    test.concurrent(`${alert} rests while everything is scraped`, () => check(alert, all, false));

    for (const target of targets) {
      test.concurrent(`${alert} fires without ${target}`, () => {
        const { [target]: _, ...others } = all;
        return check(alert, others, true);
      });

      test.concurrent(`${alert} fires with ${target} at 0`, () => check(alert, { ...all, [target]: "0x40" }, true));
    }
  }
});
