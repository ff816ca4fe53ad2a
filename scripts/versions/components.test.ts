import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
// @ts-expect-error: a script, without types
import { upstreamCharts } from "../../terraform/mirror.mjs";
// @ts-expect-error: a script, without types
import { components, readVersion, toFiles } from "./components.mjs";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const names = Object.keys(components as object);
/** Parts of the observability chart. */
const parts = (upstreamCharts() as { name: string; isPart: boolean }[])
  .filter(({ isPart }) => isPart)
  .map(({ name }) => name);
const others: Record<string, string> = { "cert-manager": "v9.8.7", valkey: "9.8.7-alpine" };
const toOther = (name: string) => others[name] ?? "9.8.7";
const move = (name: string, version: string, tag?: string) => toFiles(name, version, tag, read) as Map<string, string>;

describe.each(names)("%s", (name) => {
  test("is found, and moves to another version and back", () => {
    const version = readVersion(name, read) as string;
    expect(version).toMatch(/^v?\d+\.\d+\.\d+/);
    const moved = move(name, name === "knative" ? "1.99.0" : toOther(name));
    const kept = toFiles(name, version, undefined, (path: string) => moved.get(path) ?? read(path)) as Map<
      string,
      string
    >;
    expect(moved.size).toBeGreaterThan(0);
    for (const [path, text] of kept) {
      expect(moved.get(path), path).not.toBe(text);
      expect(text, path).toBe(read(path));
    }
  });

  test("a version of another form is refused", () => {
    expect(() => move(name, "latest")).toThrow(`${name}: a version such as`);
  });
});

test("every chart and every image but those of a chart's own choice has a component", () => {
  const text = names.map((name) =>
    move(name, name === "knative" ? "1.99.0" : toOther(name), parts.includes(name) ? "v9.8.7" : undefined),
  );
  const merged = (path: string) => text.flatMap((files) => files.get(path) ?? []);
  const before = JSON.parse(read("terraform/versions.json")) as {
    charts: Record<string, { version: string }>;
    images: Record<string, string>;
  };
  const all = merged("terraform/versions.json").map((json) => JSON.parse(json) as typeof before);
  for (const [name, { version }] of Object.entries(before.charts))
    expect(
      all.filter(({ charts }) => charts[name]?.version !== version),
      name,
    ).toHaveLength(1);
  const fixed = Object.keys(before.images).filter((image) => all.every(({ images }) => image in images));
  expect(fixed.map((image) => image.split(":")[0])).toEqual([
    "library/busybox",
    "kiwigrid/k8s-sidecar",
    "prometheus-operator/prometheus-config-reloader",
  ]);
  expect(names).toEqual(expect.arrayContaining(parts));
});

test("an image's two names keep the same tag", () => {
  for (const name of names) {
    const json = move(
      name,
      name === "knative" ? "1.99.0" : toOther(name),
      parts.includes(name) ? "v9.8.7" : undefined,
    ).get("terraform/versions.json");
    for (const [mirror, source] of Object.entries((JSON.parse(json ?? '{"images":{}}') as { images: object }).images))
      expect(String(source).split(":")[1], name).toBe(mirror.split(":")[1]);
  }
});

test("a tag is refused where the version is the tag", () => {
  expect(() => move("istio", "9.8.7", "v1")).toThrow("--image");
  expect([...move("loki", "9.8.7", "v1").keys()]).toContain("terraform/versions.json");
});

test("Knative's Go modules have versions of their own", () => {
  const files = move("knative", "1.24.1");
  expect(files.get("test/platform/support/schemas.json")).toContain(
    '"module": "knative.dev/serving", "version": "v0.51.1"',
  );
  expect((parse(files.get("knative/serving/values.yaml")!) as { version: string }).version).toBe("1.24.1");
});
