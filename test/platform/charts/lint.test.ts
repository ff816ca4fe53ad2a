import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { root } from "../../../harness/built.mjs";
import { helm, valuesOf } from "../../../scripts/charts.mjs";
import { charts, environments } from "./own-charts.ts";

const all = charts.flatMap((chart) => environments.map((environment) => ({ chart, environment, path: chart.path })));

test.each(all)("helm lint --strict: $path, $environment", ({ chart, environment }) => {
  const { ok, stdout, stderr } = helm("lint", "--strict", chart.path, ...valuesOf(chart, environment));
  expect(ok, stdout + stderr).toBe(true);
});

const folders = globSync("{istio,knative,observability,terraform}/**/Chart.yaml", { cwd: root })
  .map(dirname)
  .filter((folder) => basename(dirname(folder)) !== "charts" || folder.startsWith("terraform"));

test.each(folders)("what an editor leaves in %s is not rendered", (folder) => {
  const copy = join(mkdtempSync(join(tmpdir(), "chart-")), "chart");
  onTestFinished(() => rmSync(dirname(copy), { recursive: true }));
  const packages = join(root, folder, "charts");
  cpSync(join(root, folder), copy, { recursive: true, filter: (path) => path !== packages });
  // Its dependencies are other charts.
  const chart = readFileSync(join(copy, "Chart.yaml"), "utf8");
  writeFileSync(join(copy, "Chart.yaml"), chart.replace(/^dependencies:\n(?:[ #-].*\n|\n)*/m, ""));
  const values = folder.startsWith("terraform/charts/address-pool") ? ["--set=addresses=10.0.0.1-10.0.0.9"] : [];
  const render = () => helm("template", "one", copy, ...values);
  const { stdout: before, ok, stderr } = render();
  expect(ok, stderr).toBe(true);
  for (const name of [".x.yaml.swp", "x.yaml~", "#x.yaml#", "x.yaml.bak", "x.yaml.orig"])
    writeFileSync(join(copy, "templates", name), "rendered: true\n");
  expect(render().stdout).toBe(before);
});
