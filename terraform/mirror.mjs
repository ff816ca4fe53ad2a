/** The artifacts for an installation without the internet: copies of those in versions.json (mirror.tf reads the same). */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { root } from "../harness/built.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const versions = JSON.parse(read("terraform/versions.json"));

/** Upstream charts: those that Terraform installs, and those that the observability chart is made of. */
export function upstreamCharts() {
  const own = Object.entries(versions.charts).map(([name, chart]) => ({ name, ...chart, isPart: false }));
  const { dependencies } = parse(read("observability/chart/Chart.yaml"));
  return [
    ...own,
    ...dependencies.map(({ name, repository, version }) => ({ name, repository, version, isPart: true })),
  ];
}

/** @returns {string[][]} commands that copy every image into a registry */
export function toCopies(registry) {
  return Object.entries(versions.images).flatMap(([name, source]) => [
    ["docker", "pull", source],
    ["docker", "tag", source, `${registry}/${name}`],
    ["docker", "push", `${registry}/${name}`],
  ]);
}

/** @returns {string[]} command that downloads a chart, without the program */
export function toPull({ name, repository, version }, folder) {
  return ["pull", name, `--repo=${repository}`, `--version=${version}`, `--destination=${folder}`];
}
