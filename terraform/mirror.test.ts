import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
// @ts-expect-error: a script, without types
import { toCopies, toPull, upstreamCharts } from "./mirror.mjs";

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), "utf8");
const { charts, images, knative } = JSON.parse(read("terraform/versions.json")) as {
  charts: Record<string, { repository: string; version: string }>;
  images: Record<string, string>;
  knative: string;
};

const bare = (version = "") => version.replace(/^v/, "");

test.each([
  [/^istio\//, charts["istiod"]?.version],
  [/^jetstack\//, charts["cert-manager"]?.version],
  [/^metallb\//, charts["metallb"]?.version],
  [/^knative\//, knative],
])("images %s have the version of their chart", (pattern, version) => {
  const found = Object.entries(images).filter(([name]) => pattern.test(name));
  expect(found.length).toBeGreaterThan(1);
  for (const [name, source] of found) {
    expect(bare(name.split(":")[1]), name).toBe(bare(version));
    expect(bare(source.split(":")[1]), source).toBe(bare(version));
  }
});

test("images that our own charts name are among them", () => {
  const { image } = (parse(read("knative/chart/values.yaml")) as { redis: { image: Record<string, string> } }).redis;
  const { mimir } = parse(read("observability/chart/values.yaml")) as { mimir: { image: string } };
  expect(Object.values(images)).toContain(`${image["repository"]}:${image["tag"]}`);
  expect(Object.values(images)).toContain(mimir.image);
});

test("an image keeps its tag, and but for Knative's its path", () => {
  for (const [name, source] of Object.entries(images)) {
    expect(source.split(":")[1], name).toBe(name.split(":")[1]);
    if (!name.startsWith("knative/")) expect(source).toMatch(new RegExp(`^[a-z0-9.]+/${name.split(":")[0]}:`));
  }
});

test("names are those that terraform/platform/mirror.tf makes", () => {
  const text = read("terraform/platform/mirror.tf");
  for (const [, name = ""] of text.matchAll(/image_registry\}\/((?:metallb|knative|valkey)\/[\w-]+)/g))
    expect(Object.keys(images).map((image) => image.split(":")[0])).toContain(name);
});

test("every chart is pulled in its version, and every image pulled, tagged and pushed", () => {
  const names = (upstreamCharts() as { name: string }[]).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["istiod", "knative-operator", "loki", "kube-state-metrics"]));
  expect(toPull({ name: "a", repository: "https://r.example", version: "1.0.0" }, "/f")).toEqual(
    "pull a --repo=https://r.example --version=1.0.0 --destination=/f".split(" "),
  );
  const copies = toCopies("mirror.example:5000/all") as string[][];
  expect(copies).toHaveLength(3 * Object.keys(images).length);
  expect(copies.at(-1)).toEqual(["docker", "push", `mirror.example:5000/all/${Object.keys(images).at(-1)}`]);
});
