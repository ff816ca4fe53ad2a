import { expect, test } from "vitest";
import { externalMetrics } from "../../../observability/external-metrics.ts";
import { metricsOf, panels, rules } from "../../../scripts/observability/queries.mjs";
import { read } from "../support/files.ts";

/** Label names by metric, as Knative's own code exposes them. */
const exposed = new Map<string, Set<string>>();
for (const [, name, labels] of read("test/platform/observability/recorded/knative-1.23.0.prom").matchAll(
  /^(kn_\w+)\{(.*)\} /gm,
))
  exposed.set(name!, new Set([...labels!.matchAll(/(\w+)="/g)].map(([, label]) => label!)));

// Queue proxies push: their namespace and revision are attributes of the resource, which Mimir makes labels.
const [, promoted = ""] =
  /promote_otel_resource_attributes: (.+)/.exec(read("observability/chart/mimir/mimir.yaml")) ?? [];
const ofResource = promoted.split(",").map((attribute) => attribute.replaceAll(".", "_"));

const queries = [
  ...panels.flatMap(({ name, panel }) => panel.targets.map(({ expr }) => ({ name, expr: expr ?? "" }))),
  ...rules.map(({ alert, record, expr }) => ({ name: alert ?? record, expr })),
].filter(({ expr }) => expr.includes("kn_"));

test("the recorded exposition has everything that is said to be Knative's", () => {
  const [ofKnative = []] = Object.entries(externalMetrics)
    .filter(([source]) => source.includes("knative.dev"))
    .map(([, names]) => names);
  expect(ofKnative.filter((name) => !exposed.has(name))).toEqual([]);
});

for (const { name, expr } of queries)
  test(`"${name}" asks Knative for names and labels that it exposes`, () => {
    const names = (metricsOf(expr) as string[]).filter((metric) => metric.startsWith("kn_"));
    expect(names).not.toEqual([]);
    const asked = [...expr.matchAll(/\b(k8s_\w+|kn_\w+_name)\b/g)].map(([label]) => label);
    for (const metric of names) {
      const labels = new Set([...(exposed.get(metric) ?? []), ...(metric.startsWith("kn_serving_") ? ofResource : [])]);
      expect(
        asked.filter((label) => !labels.has(label)),
        metric,
      ).toEqual([]);
    }
  });

test("each way of scaling has its panel", () => {
  const asked = queries.flatMap(({ expr }) => metricsOf(expr) as string[]);
  for (const part of ["stable", "panic", "target"])
    expect(asked).toEqual(
      expect.arrayContaining([`kn_revision_concurrency_${part}`, `kn_revision_rps_${part}_per_second`]),
    );
});
