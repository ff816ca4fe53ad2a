/** The charts as they are published. */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../harness/built.mjs";
import { charts } from "../scripts/charts.mjs";
import { tool } from "../scripts/tools.mjs";
import { out, version } from "./paths.mjs";
import { run } from "./command.mjs";

/** @throws {Error} where a chart has another version than package.json */
export function checkVersions() {
  for (const { path, name } of charts) {
    const chart = parse(readFileSync(join(root, path, "Chart.yaml"), "utf8"));
    const stated = name === "edge-gists" ? [chart.version, chart.appVersion] : [chart.version];
    for (const one of stated)
      if (one !== version) throw new Error(`${path}/Chart.yaml says ${one}, package.json says ${version}`);
  }
}

/** @returns {string[]} paths of the packages, newly built */
export function packageCharts() {
  for (const name of readdirSync(out)) if (name.endsWith(".tgz")) rmSync(join(out, name));
  for (const { path } of charts) run(tool("helm"), ["package", path, `--destination=${out}`]);
  return readdirSync(out)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => join(out, name));
}
