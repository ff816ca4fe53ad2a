import { expect, test } from "vitest";
import { parse } from "yaml";
import { only } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { mesh } from "./own-charts.ts";
import { documentsOf, documentedSettings } from "./rendered.ts";

const version = JSON.parse(read("package.json")).version;
test("the chart's appVersion is the project's", () => {
  expect(parse(read("knative/chart/Chart.yaml")).appVersion).toBe(version);
});

test("the settings that may be given are the documented ones, less those that the chart gives", () => {
  const schema = JSON.parse(read("knative/chart/values.schema.json"));
  const byChart = [
    "GITHUB_TOKEN",
    "GITHUB_TOKEN_FILE",
    "GITHUB_APP_ID",
    "GITHUB_APP_INSTALLATION_IDS",
    "GITHUB_APP_PRIVATE_KEY",
    "GITHUB_APP_PRIVATE_KEY_FILE",
    "PUBLIC_URL",
    // Of no effect beside PUBLIC_URL, which the chart always sets.
    "PUBLIC_HOSTS",
    "PURGE_TOKEN",
    "FARO_URL",
    "PORT",
    "HOST",
    "METRICS_PORT",
    // Of a Worker only.
    "CACHE_API_NAME",
    "REDIS_URL",
    "REDIS_PASSWORD",
    "REDIS_SENTINEL_PASSWORD",
    "REDIS_TLS_CA",
    "REDIS_TLS_CERT",
    "REDIS_TLS_KEY",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_RESOURCE_ATTRIBUTES",
  ];
  const given = Object.keys(schema.properties.env.properties);
  expect([...given, ...byChart].sort()).toEqual(documentedSettings().sort());
});

test("what telemetry names exists in Istio's values", () => {
  const { meshConfig } = parse(read("istio/values/istiod.yaml"));
  const providers = new Map<string, any>(meshConfig.extensionProviders.map((provider) => [provider.name, provider]));
  const { tracing, accessLogging } = only(documentsOf(mesh, "kind"), "Telemetry", "mesh-default").spec;
  expect(providers.get(tracing[0].providers[0].name).opentelemetry.port).toBe(4317);
  const { logFormat } = providers.get(accessLogging[0].providers[0].name).envoyFileAccessLog;
  expect(logFormat.labels.trace_id).toBe("%TRACE_ID%");
  expect(meshConfig.outboundTrafficPolicy.mode).toBe("REGISTRY_ONLY");
  const { otlpEndpoint } = parse(read("knative/chart/values.yaml")).telemetry;
  const { service: alloy } = providers.get("otel").opentelemetry;
  expect(otlpEndpoint).toBe(`http://${alloy}:4318`);
  expect(parse(read("knative/serving/values.yaml")).telemetry.otlpEndpoint).toBe(otlpEndpoint);
});

test("the gateways' ports are those that the mesh sends to", () => {
  const ports = (file) => parse(read(`istio/values/${file}.yaml`)).service.ports.map(({ port }) => port);
  expect(ports("ingressgateway")).toContain(80);
  expect(ports("ingressgateway")).toContain(443);
  expect(ports("egressgateway")).toContain(443);
  expect(parse(read("istio/values/egressgateway.yaml")).service.type).toBe("ClusterIP");
});
