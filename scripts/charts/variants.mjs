import assert from "node:assert/strict";
import { parse } from "yaml";
import { charts, render, valuesOf } from "../charts.mjs";
import { check } from "../checks.mjs";
import { read, toDocuments, rendered, only, knativeService, output, variants, mesh, service } from "./rendered.mjs";

/** What must hold of other domains, names and variants, and beside the values of Istio. */
export function checkVariants() {
  check("another domain is taken everywhere", () => {
    for (const chart of charts) {
      const { text } = render(chart, "--set", "domain=other.example.org");
      assert.match(text, /other\.example\.org/);
      assert.doesNotMatch(text, /sslip\.io/, chart.path);
    }
  });

  check("another release name is taken everywhere", () => {
    const { text } = render({ ...service, release: "second" }, ...valuesOf(service, "kind"));
    const documents = toDocuments(text);
    for (const { kind, metadata } of documents) {
      assert.match(metadata.name, kind === "DomainMapping" ? /^gists\./ : /^second/, kind);
    }
  });

  for (const { chart, name, args } of variants) {
    const documents = () => rendered(chart, ...valuesOf(chart, "kind"), ...args);
    if (name === "HPA on CPU") {
      check(name, () => {
        const { annotations } = knativeService(documents()).spec.template.metadata;
        assert.equal(annotations["autoscaling.knative.dev/class"], "hpa.autoscaling.knative.dev");
        assert.equal(annotations["autoscaling.knative.dev/min-scale"], "2");
        for (const key of ["activation-scale", "target-burst-capacity", "scale-down-delay"]) {
          assert.equal(annotations[`autoscaling.knative.dev/${key}`], undefined, key);
        }
      });
    } else if (name === "canary") {
      check(name, () => {
        const { traffic, template } = knativeService(documents()).spec;
        assert.equal(template.metadata.name, "edge-gists-v2");
        assert.deepEqual(traffic, [
          { latestRevision: false, revisionName: "edge-gists-v1", percent: 90 },
          { latestRevision: true, percent: 10, tag: "canary" },
        ]);
      });
    } else if (name === "everything on") {
      check("metrics are behind a token, which GitHub's clients never send", () => {
        const all = documents();
        const [rule] = only(all, "RequestAuthentication").spec.jwtRules;
        assert.deepEqual(rule.fromHeaders, [{ name: "authorization", prefix: "Metrics " }]);
        const { action, rules } = only(all, "AuthorizationPolicy", "edge-gists-metrics").spec;
        assert.equal(action, "DENY");
        assert.deepEqual(rules[0].from[0].source.notRequestPrincipals, [`${rule.issuer}/*`]);
        assert.ok(rules[0].to[0].operation.hosts.includes("metrics.127.0.0.1.sslip.io"));
        const route = only(all, "VirtualService", "edge-gists-metrics").spec.http[0];
        assert.deepEqual(route.match, [{ uri: { prefix: "/prometheus/api/v1/" } }]);
      });
      check("the page may report, across origins, from its own host only", () => {
        const [faro, grafana] = only(documents(), "VirtualService", "edge-gists-grafana").spec.http;
        assert.deepEqual(faro.match, [{ uri: { exact: "/collect" } }]);
        assert.deepEqual(faro.corsPolicy.allowOrigins, [{ exact: "https://gists.127.0.0.1.sslip.io" }]);
        assert.ok(faro.corsPolicy.allowHeaders.includes("idempotency-key"));
        assert.equal(grafana.name, "grafana");
      });
    }
  }

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
