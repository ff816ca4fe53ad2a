import { expect, test } from "vitest";
import { render, valuesOf } from "../../../scripts/charts.mjs";
import { knativeService, ofKind, only, toDocuments } from "../support/documents.ts";
import { charts, mesh, service } from "./own-charts.ts";
import { documentsOfVariant, textOf } from "./rendered.ts";

test("another domain is taken everywhere", () => {
  for (const chart of charts) {
    const { text } = render(chart, "--set", "domain=other.example.org");
    expect(text).toMatch(/other\.example\.org/);
    expect(text, chart.path).not.toMatch(/sslip\.io/);
  }
});

test("another release name is taken everywhere", () => {
  const { text } = render({ ...service, release: "second" }, ...valuesOf(service, "kind"));
  const documents = toDocuments(text ?? "");
  for (const { kind, metadata } of documents) {
    expect(metadata.name, kind).toMatch(kind === "DomainMapping" ? /^gists\./ : /^second/);
  }
});

test("HPA on CPU", () => {
  const { annotations } = knativeService(documentsOfVariant("HPA on CPU")).spec.template.metadata;
  expect(annotations["autoscaling.knative.dev/class"]).toBe("hpa.autoscaling.knative.dev");
  expect(annotations["autoscaling.knative.dev/min-scale"]).toBe("2");
  for (const key of ["activation-scale", "target-burst-capacity", "scale-down-delay"]) {
    expect(annotations[`autoscaling.knative.dev/${key}`], key).toBe(undefined);
  }
});

test("canary", () => {
  const { traffic, template } = knativeService(documentsOfVariant("canary")).spec;
  expect(template.metadata.name).toBe("edge-gists-v2");
  expect(traffic).toEqual([
    { latestRevision: false, revisionName: "edge-gists-v1", percent: 90 },
    { latestRevision: true, percent: 10, tag: "canary" },
  ]);
});

test("metrics are behind a token, which GitHub's clients never send", () => {
  const all = documentsOfVariant("everything on");
  const [rule] = only(all, "RequestAuthentication").spec.jwtRules;
  expect(rule.fromHeaders).toEqual([{ name: "authorization", prefix: "Metrics " }]);
  const { action, rules } = only(all, "AuthorizationPolicy", "edge-gists-metrics").spec;
  expect(action).toBe("DENY");
  expect(rules[0].from[0].source.notRequestPrincipals).toEqual([`${rule.issuer}/*`]);
  expect(rules[0].to[0].operation.hosts).toContain("metrics.127.0.0.1.sslip.io");
  const route = only(all, "VirtualService", "edge-gists-metrics").spec.http[0];
  expect(route.match).toEqual([{ uri: { prefix: "/prometheus/api/v1/" } }]);
});

test("without a public Grafana, its host has the path of the collector and nothing else", () => {
  const all = documentsOfVariant("the collector alone is public");
  const routes = ofKind(all, "VirtualService").flatMap(({ spec }) => spec.http ?? []);
  const toGrafana = routes.filter((route) => JSON.stringify(route).includes("grafana.observability"));
  expect(toGrafana).toEqual([]);
  const [faro, ...others] = only(all, "VirtualService", "edge-gists-collector").spec.http;
  expect(faro.match).toEqual([{ uri: { exact: "/collect" } }]);
  expect(others).toEqual([]);
  expect(only(all, "Certificate", "edge-gists-platform-tls").spec.dnsNames).toEqual(["grafana.127.0.0.1.sslip.io"]);
});

test.each([
  ["kind", true],
  ["staging", true],
  ["production", false],
])("in %s, Grafana is at the gateway: %s", (environment, isPublic) => {
  expect(textOf(mesh, environment).includes("grafana.observability")).toBe(isPublic);
});

test("the page may report, across origins, from its own host only", () => {
  const [faro, grafana] = only(documentsOfVariant("everything on"), "VirtualService", "edge-gists-grafana").spec.http;
  expect(faro.match).toEqual([{ uri: { exact: "/collect" } }]);
  expect(faro.corsPolicy.allowOrigins).toEqual([{ exact: "https://gists.127.0.0.1.sslip.io" }]);
  expect(faro.corsPolicy.allowHeaders).toContain("idempotency-key");
  expect(grafana.name).toBe("grafana");
});

test("an origin names its port, if that is not 443", () => {
  const [faro] = only(documentsOfVariant("another port"), "VirtualService", "edge-gists-grafana").spec.http;
  expect(faro.corsPolicy.allowOrigins).toEqual([{ exact: "https://gists.127.0.0.1.sslip.io:8443" }]);
});
