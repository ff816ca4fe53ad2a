import { join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { slowMilliseconds } from "../../../observability/slo.ts";
import { examples, panels, runbookQueries } from "../../../scripts/observability/queries.mjs";
import { only, toDocuments } from "../support/documents.ts";
import { relabel } from "../support/relabel.ts";
import { render } from "./chart.ts";

function configOf(...args: string[]): string {
  const { ok, stdout, stderr } = render("full", ...args);
  expect(ok, stderr).toBe(true);
  return only(toDocuments(stdout), "ConfigMap", "alloy-config").data["config.alloy"];
}

/** The text of a component; a failed expectation if there is none. */
function component(config: string, kind: string, name: string): string {
  const start = config.indexOf(`\n${kind} "${name}" {\n`);
  expect(start, `${kind} "${name}"`).toBeGreaterThanOrEqual(0);
  return config.slice(start, config.indexOf("\n}\n", start));
}

/** What a component hands spans on to. */
function next(text: string): string[] {
  const [, list = ""] = /traces\s+= \[([^\]]*)\]/.exec(text) ?? [];
  return list.split(",").flatMap((item) => item.trim() || []);
}

const keysOf = (block: string | undefined) => [...(block ?? "").matchAll(/^\s+(\w+)\s+= "/gm)].map(([, key]) => key!);

describe("logs", () => {
  const config = configOf();
  const pods = component(config, "loki.process", "pods");
  const stage = (name: string) => new RegExp(`stage\\.${name} \\{\\n\\s+values = \\{([^}]*)\\}`).exec(pods)?.[1];
  const [target] = relabel("logs", [
    {
      __meta_kubernetes_namespace: "edge-gists",
      __meta_kubernetes_pod_name: "edge-gists-00001-deployment-x",
      __meta_kubernetes_pod_container_name: "edge-gists",
      __meta_kubernetes_pod_label_app_kubernetes_io_name: "edge-gists",
    },
  ]);
  const metadata = keysOf(stage("structured_metadata"));
  const ofTarget = Object.keys(target!).filter((label) => !label.startsWith("__"));
  const labels = [...ofTarget, ...keysOf(stage("labels"))].filter((label) => !metadata.includes(label));

  test("a new pod is no new stream: what differs with it is structured metadata", () => {
    expect(labels.toSorted()).toEqual(["container", "level", "namespace", "service_name"]);
    expect(metadata).toEqual(expect.arrayContaining(["pod", "trace_id"]));
  });

  test("the level of a line is one of a few, though any pod may write any", () => {
    const [, template = ""] = /source {3}= "level"\n\s+template = "(.*)"$/m.exec(pods) ?? [];
    expect(template).toMatch(
      /\{\{ if eq \.( `[a-z]+`)+ \}\}\{\{ \. \}\}\{\{ else \}\}unknown\{\{ end \}\}\{\{ end \}\}$/,
    );
    for (const level of ["debug", "info", "warn", "error", "fatal"]) expect(template).toContain(`\`${level}\``);
  });

  test("queries select streams by labels only", () => {
    const expressions = [
      ...panels.flatMap(({ panel }) => panel.targets.filter(({ datasource }) => datasource.uid === "loki")),
      ...[...runbookQueries(), ...examples()].filter(({ language }) => language === "LogQL"),
    ].map(({ expr }) => expr as string);
    expect(expressions.length).toBeGreaterThan(10);
    for (const expr of expressions) {
      const [, selector = ""] = /\{([^}]*)\}/.exec(expr) ?? [];
      // Those of the explorer page have a `kind`, which the Faro receiver sets.
      const asked = [...selector.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label]) => label);
      expect(
        asked.filter((label) => ![...labels, "kind"].includes(label!)),
        expr,
      ).toEqual([]);
    }
  });
});

describe("traces", () => {
  const sampled = () => ["-f", join(inject("chart"), "values-sampled.yaml")];

  test.each([
    ["all", () => []],
    ["some", sampled],
  ])("of %s, every span passes the limit of memory first", (_, args) => {
    const config = configOf(...args());
    for (const [kind, name] of [
      ["otelcol.receiver.otlp", "default"],
      ["faro.receiver", "web"],
    ] as const)
      expect(next(component(config, kind, name))).toEqual(["otelcol.processor.memory_limiter.default.input"]);
    expect(next(component(config, "otelcol.processor.memory_limiter", "default"))).toEqual([
      "otelcol.processor.batch.received.input",
    ]);
    expect(component(config, "otelcol.exporter.otlphttp", "tempo")).toMatch(/sizer += "bytes"/);
  });

  test("by default every one is stored, and Tempo makes the metrics of spans", () => {
    const config = configOf();
    expect(next(component(config, "otelcol.processor.batch", "received"))).toEqual([
      "otelcol.exporter.otlphttp.tempo.input",
    ]);
    expect(config).not.toMatch(/spanmetrics|tail_sampling/);
  });

  test("of some, those with errors and slow ones are kept, and metrics are made of all", () => {
    const config = configOf(...sampled());
    const [sampling, ...metrics] = next(component(config, "otelcol.processor.batch", "received"));
    expect(sampling).toBe("otelcol.processor.tail_sampling.default.input");
    expect(metrics).toEqual([
      "otelcol.connector.spanmetrics.default.input",
      "otelcol.connector.servicegraph.default.input",
    ]);
    expect(component(config, "otelcol.connector.spanmetrics", "default")).toMatch(
      /resource_metrics_key_attributes = \["service\.name"\]/,
    );
    const policies = component(config, "otelcol.processor.tail_sampling", "default");
    expect(policies).toMatch(/status_codes = \["ERROR"\]/);
    expect(policies).toMatch(new RegExp(`threshold_ms = ${slowMilliseconds}\\n`));
    expect(policies).toMatch(/sampling_percentage = 10\n/);
  });

  test.each([
    ["Tempo would count the chosen ones only", ["--set", "traces.keepPercentage=10"]],
    ["nobody would make metrics of spans", ["--set", "tempo.tempo.metricsGenerator.enabled=false"]],
  ])("%s: refused", (_, args) => {
    const { ok, stderr } = render("small", ...args);
    expect(ok).toBe(false);
    expect(stderr).toMatch(/values-sampled\.yaml/);
  });
});
