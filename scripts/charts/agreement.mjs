import assert from "node:assert/strict";
import { parse } from "yaml";
import { check } from "../checks.mjs";
import { mesh, only, output, read, documentedSettings } from "./rendered.mjs";

/** What the charts must say as other files do. */
export function checkAgreement() {
  const version = JSON.parse(read("package.json")).version;
  check("the chart's appVersion is the project's", () => {
    assert.equal(parse(read("knative/chart/Chart.yaml")).appVersion, version);
  });

  check("the settings that may be given are the documented ones, less those that the chart gives", () => {
    const schema = JSON.parse(read("knative/chart/values.schema.json"));
    const byChart = [
      "GITHUB_TOKEN",
      "PUBLIC_URL",
      // Of no effect beside PUBLIC_URL, which the chart always sets.
      "PUBLIC_HOSTS",
      "PURGE_TOKEN",
      "FARO_URL",
      "PORT",
      "HOST",
      "METRICS_PORT",
      "REDIS_URL",
      "OTEL_EXPORTER_OTLP_ENDPOINT",
      "OTEL_RESOURCE_ATTRIBUTES",
    ];
    const given = Object.keys(schema.properties.env.properties);
    assert.deepEqual([...given, ...byChart].sort(), documentedSettings().sort());
  });

  check("what telemetry names exists in Istio's values", () => {
    const { meshConfig } = parse(read("istio/values/istiod.yaml"));
    const providers = new Map(meshConfig.extensionProviders.map((provider) => [provider.name, provider]));
    const { tracing, accessLogging } = only(output.kind[mesh.name], "Telemetry", "mesh-default").spec;
    assert.equal(providers.get(tracing[0].providers[0].name).opentelemetry.port, 4317);
    const { logFormat } = providers.get(accessLogging[0].providers[0].name).envoyFileAccessLog;
    assert.equal(logFormat.labels.trace_id, "%TRACE_ID%");
    assert.equal(meshConfig.outboundTrafficPolicy.mode, "REGISTRY_ONLY");
    const { otlpEndpoint } = parse(read("knative/chart/values.yaml")).telemetry;
    const { service: alloy } = providers.get("otel").opentelemetry;
    assert.equal(otlpEndpoint, `http://${alloy}:4318`);
    assert.equal(parse(read("knative/serving/values.yaml")).telemetry.otlpEndpoint, otlpEndpoint);
  });

  check("the gateways' ports are those that the mesh sends to", () => {
    const ports = (file) => parse(read(`istio/values/${file}.yaml`)).service.ports.map(({ port }) => port);
    assert.ok(ports("ingressgateway").includes(80) && ports("ingressgateway").includes(443));
    assert.ok(ports("egressgateway").includes(443));
    assert.equal(parse(read("istio/values/egressgateway.yaml")).service.type, "ClusterIP");
  });
}
