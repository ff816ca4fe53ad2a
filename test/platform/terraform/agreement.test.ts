import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { helm } from "../../../scripts/charts.mjs";
import { read } from "../support/files.ts";
import { imagePatterns } from "./image-sources.ts";

const versions = JSON.parse(read("terraform/versions.json"));
const yaml = (path: string) => parse(read(path));

test("Knative's version in knative/serving", () => {
  expect(yaml("knative/serving/values.yaml").version).toBe(versions.knative);
});

test("the operator's version", () => {
  expect(versions.charts["knative-operator"].version).toBe(`v${versions.knative}`);
});

test("Istio's registry in istio/values", () => {
  for (const part of ["istiod", "cni"]) expect(yaml(`istio/values/${part}.yaml`).global.hub).toBe(versions.istio_hub);
});

test.each(["base", "cni", "gateway"])("Istio's version of %s", (name) => {
  expect(versions.charts[name].version).toBe(versions.charts.istiod.version);
});

test.each([
  ["address-pool", ["--set", "addresses=10.0.0.1-10.0.0.9"]],
  ["certificate-authority", []],
])("helm lint terraform/charts/%s", (chart, args) => {
  const { ok, stdout, stderr } = helm("lint", "--strict", join("terraform/charts", chart), ...args);
  expect(ok, stdout + stderr).toBe(true);
});

test("the image's tag changes with all that the image is built of", () => {
  const [, list] = /\bpattern in \[([^\]]+)\]/.exec(read("terraform/platform/locals.tf"))!;
  const patterns = [...list!.matchAll(/"([^"]+)"/g)].map(([, pattern]) => pattern!.replace(/\/\*\*$/, ""));
  expect(patterns.toSorted()).toEqual(["Dockerfile", ".dockerignore", ...imagePatterns()].toSorted());
});

test("a variable of both configurations is the same in both", () => {
  const variablesOf = (name: string) =>
    new Map(
      [...read(`terraform/${name}/variables.tf`).matchAll(/^variable "(\w+)" \{\n([^]*?)^\}/gm)].map(
        ([, variable, block]) => [variable!, block!],
      ),
    );
  const platform = variablesOf("platform");
  const shared = [...variablesOf("cluster")].filter(([name]) => platform.has(name));
  expect(shared.map(([name]) => name)).toEqual(expect.arrayContaining(["cluster_name", "kubeconfig_path", "profile"]));
  for (const [name, block] of shared)
    // The platform has no http_port to differ from.
    expect(platform.get(name)).toBe(
      block.replace(" && var.https_port != var.http_port", "").replace(", other than http_port", ""),
    );
});
