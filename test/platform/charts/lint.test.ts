import { expect, test } from "vitest";
import { helm, valuesOf } from "../../../scripts/charts.mjs";
import { charts, environments } from "./own-charts.ts";

const all = charts.flatMap((chart) => environments.map((environment) => ({ chart, environment, path: chart.path })));

test.each(all)("helm lint --strict: $path, $environment", ({ chart, environment }) => {
  const { ok, stdout, stderr } = helm("lint", "--strict", chart.path, ...valuesOf(chart, environment));
  expect(ok, stdout + stderr).toBe(true);
});
