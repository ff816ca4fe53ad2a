import assert from "node:assert/strict";
import { charts, render, valuesOf } from "../charts.mjs";
import { check } from "../checks.mjs";
import { knativeService, only, rendered, service, toDocuments, variants } from "./rendered.mjs";

/** What must hold of other domains and names, and of values that no environment has. */
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
}
