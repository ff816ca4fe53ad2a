import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { knativeService, ofKind, only } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { environments, mesh, service, serving } from "./own-charts.ts";
import { documentsOf } from "./rendered.ts";

/** The allowed calls in each environment, and Knative's settings for the mesh. */
describe.each(environments)("%s:", (environment) => {
  const { template } = knativeService(documentsOf(service, environment))?.spec ?? {};
  const meshDocuments = documentsOf(mesh, environment);

  test("mTLS is strict, without any exception of ours", () => {
    const [peer, ...more] = ofKind(meshDocuments, "PeerAuthentication");
    expect(more).toEqual([]);
    expect([peer.metadata.namespace, peer.spec]).toEqual(["istio-system", { mtls: { mode: "STRICT" } }]);
    for (const { spec, metadata } of ofKind(meshDocuments, "DestinationRule")) {
      expect(JSON.stringify(spec), metadata.name).not.toMatch(/"mode":"(DISABLE|SIMPLE)"/);
    }
  });

  test("the gateway's connections and requests have bounds", () => {
    const { connectionPool } = only(meshDocuments, "DestinationRule", "edge-gists").spec.trafficPolicy;
    // Without them, Envoy's own: 2^32 - 1 in Istio.
    const { tcp, http } = connectionPool;
    for (const bound of [tcp.maxConnections, http.http1MaxPendingRequests, http.http2MaxRequests])
      expect(bound).toBeGreaterThan(0);
    expect(tcp.maxConnections, "a request needs a connection").toBeGreaterThanOrEqual(http.http2MaxRequests);
  });

  test("access logs have no credentials", () => {
    const { extensionProviders } = parse(read("istio/values/istiod.yaml")).meshConfig;
    const { labels } = extensionProviders.find(({ name }) => name === "json").envoyFileAccessLog.logFormat;
    const headers = Object.values<string>(labels).flatMap((value) => /%REQ\(([^)]+)\)%/.exec(value)?.[1] ?? []);
    expect(headers.flatMap((each) => each.split("?")).toSorted()).toEqual([
      ":AUTHORITY",
      ":METHOD",
      ":PATH",
      "TRACEPARENT",
      "X-ENVOY-ORIGINAL-PATH",
      "X-REQUEST-ID",
    ]);
  });

  test("callers are named; everything else is refused", () => {
    const policies = ofKind(meshDocuments, "AuthorizationPolicy");
    const nothing = only(policies, "AuthorizationPolicy", "allow-nothing");
    expect([nothing.metadata.namespace, nothing.spec]).toEqual(["istio-system", {}]);
    const account = `cluster.local/ns/${service.namespace}/sa/${template.spec.serviceAccountName}`;
    const redis = only(policies, "AuthorizationPolicy", "edge-gists-redis").spec.rules;
    const github = only(policies, "AuthorizationPolicy", "github").spec.rules;
    for (const [rule] of [redis, github]) expect(rule.from[0].source.principals).toEqual([account]);
    const [requests, scrape] = only(policies, "AuthorizationPolicy", "edge-gists-requests").spec.rules;
    expect(requests.from).toEqual([
      { source: { principals: ["cluster.local/ns/istio-system/sa/istio-ingressgateway"] } },
      { source: { namespaces: ["knative-serving"] } },
    ]);
    expect(scrape.to[0].operation).toEqual({ ports: ["9090"], paths: ["/metrics"] });
    for (const name of ["edge-gists-no-metrics", "no-metrics-from-outside"]) {
      const { action, rules } = only(policies, "AuthorizationPolicy", name).spec;
      expect(action).toBe("DENY");
      expect(rules[0].to[0].operation.paths).toEqual(["/metrics", "/metrics/*"]);
    }
    for (const { spec, metadata } of policies) {
      // Everyone may call the gateway. The API server has no identity.
      const isOpen = ["ingress-gateway", "webhook", "net-istio-webhook"].includes(metadata.name);
      if (spec.action === "ALLOW")
        for (const rule of spec.rules) {
          expect(rule.from === undefined, metadata.name).toBe(isOpen);
          expect(rule.to, metadata.name).toBeTruthy();
        }
    }
  });

  test("Knative is configured for the mesh", () => {
    const { config, namespace, ingress } = only(documentsOf(serving, environment), "KnativeServing").spec;
    expect(namespace.labels["istio-injection"]).toBe("enabled");
    expect(ingress.istio.enabled).toBe(true);
    expect(config.network["mesh-compatibility-mode"]).toBe("enabled");
    for (const values of Object.values(config)) {
      for (const value of Object.values(values as object)) expect(typeof value).toBe("string");
    }
    if (template.spec.topologySpreadConstraints) {
      expect(config.features["kubernetes.podspec-topologyspreadconstraints"]).toBe("enabled");
    }
    const limit = Number(config.autoscaler["max-scale"]);
    expect(
      limit === 0 || limit >= Number(template.metadata.annotations["autoscaling.knative.dev/max-scale"]),
      "the service may scale beyond what Knative defaults to",
    ).toBeTruthy();
  });
});
