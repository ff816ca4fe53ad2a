import { describe, expect, test } from "vitest";
import { knativeService, ofKind, only } from "../support/documents.ts";
import { environments, mesh, service, serving } from "./own-charts.ts";
import { documentsOf } from "./rendered.ts";

/** How each environment is reached, and what it may reach. */
describe.each(environments)("%s:", (environment) => {
  const documents = documentsOf(service, environment);
  const meshDocuments = documentsOf(mesh, environment);

  test("the public name has a certificate and is reached by TLS only", () => {
    const mapping = only(documents, "DomainMapping");
    const certificate = only(documents, "Certificate");
    expect(mapping.spec.tls.secretName).toBe(certificate.spec.secretName);
    expect(certificate.spec.dnsNames).toEqual([mapping.metadata.name]);
    expect(mapping.metadata.annotations["networking.knative.dev/http-protocol"]).toBe("redirected");
    expect(mapping.spec.ref.name).toBe(knativeService(documents).metadata.name);
    expect(knativeService(documents).metadata.labels["networking.knative.dev/visibility"]).toBe("cluster-local");
    const domain = mapping.metadata.name.replace(/^gists\./, "");
    const { config } = only(documentsOf(serving, environment), "KnativeServing").spec;
    expect(Object.keys(config.domain)).toEqual([domain]);
  });

  test("other public names, where there are any, have a certificate and are reached by TLS only", () => {
    const domain = only(documents, "DomainMapping").metadata.name.replace(/^gists\./, "");
    const hosts: string[] = ofKind(meshDocuments, "Certificate").flatMap(({ spec }) => spec.dnsNames);
    // Production has none: Grafana is public on Kind and in staging only.
    expect(hosts).toEqual(environment === "production" ? [] : [`grafana.${domain}`]);
    const gateways = ofKind(meshDocuments, "Gateway", "edge-gists-platform");
    expect(gateways).toHaveLength(environment === "production" ? 0 : 1);
    for (const { spec } of gateways) {
      expect(spec.servers).toHaveLength(2);
      for (const { port, tls, hosts: served } of spec.servers) {
        // A VirtualService of another namespace could otherwise take requests, with Grafana's login in them.
        expect(served).toEqual(hosts.map((host) => `./${host}`));
        expect(port.number === 443 ? tls.credentialName : tls.httpsRedirect).toBeTruthy();
      }
    }
  });

  test("networks are closed, then opened for what is needed", () => {
    const policies = ofKind(documents, "NetworkPolicy");
    const deny = policies.filter(
      ({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.ingress && !spec.egress,
    );
    expect(deny).toHaveLength(1);
    expect(deny[0].spec.policyTypes).toEqual(["Ingress", "Egress"]);
    const peers = policies.flatMap(({ spec }) => [
      ...(spec.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports })),
      ...(spec.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports })),
    ]);
    for (const rule of peers) {
      expect(rule.peers?.length, "a rule is open to all").toBeGreaterThan(0);
      expect(rule.ports?.length, "a rule is open to all").toBeGreaterThan(0);
    }
    // Production's shared cache is outside of the cluster, and the only range of addresses that is open.
    const isOutside = environment === "production";
    const ranges = peers.flatMap((rule) => rule.peers.flatMap(({ ipBlock }) => (ipBlock ? [ipBlock.cidr] : [])));
    expect(ranges).toEqual(isOutside ? ["192.0.2.0/24"] : []);
    const out = only(policies, "NetworkPolicy", "edge-gists").spec.egress.flatMap(({ to }) => to);
    const namespaces = out.map(({ namespaceSelector, ipBlock }) =>
      ipBlock ? "outside" : (namespaceSelector?.matchLabels["kubernetes.io/metadata.name"] ?? "own"),
    );
    expect(namespaces).toEqual(["istio-egress", isOutside ? "outside" : "own"]);
    if (isOutside) return;
    const port = only(documents, "Service", "edge-gists-redis").spec.ports[0].port;
    expect(only(policies, "NetworkPolicy", "edge-gists-redis").spec.ingress[0].ports[0].port).toEqual(port);
  });

  test("only GitHub is outside, and only through the egress gateway", () => {
    const github = only(meshDocuments, "ServiceEntry", "github");
    expect(github.spec.hosts).toEqual(["api.github.com", "gist.githubusercontent.com"]);
    expect(only(meshDocuments, "Sidecar").spec.outboundTrafficPolicy.mode).toBe("REGISTRY_ONLY");
    const { servers } = only(meshDocuments, "Gateway", "github").spec;
    for (const [index, host] of github.spec.hosts.entries()) {
      const way = only(meshDocuments, "VirtualService", `github-${index}`).spec;
      const toGateway = way.tls[0].route[0].destination;
      expect(toGateway.host).toBe("istio-egressgateway.istio-egress.svc.cluster.local");
      expect(way.tcp[0].route[0].destination.host).toBe(host);
      const rule = only(meshDocuments, "DestinationRule", "egress-gateway").spec;
      expect(rule.host).toBe(toGateway.host);
      const subset = rule.subsets.find(({ name }) => name === toGateway.subset);
      const [level] = subset.trafficPolicy.portLevelSettings;
      expect(level.port.number).toBe(toGateway.port.number);
      expect(level.tls.sni).toBe(host);
      const [server, ...others] = servers.filter(({ hosts }) => hosts.includes(`./${host}`));
      expect(others).toEqual([]);
      expect(server.hosts).toEqual([`./${host}`]);
      expect([server.tls.mode, server.port.number]).toEqual(["ISTIO_MUTUAL", toGateway.port.number]);
    }
    expect(new Set(servers.map(({ port }) => port.name)).size).toBe(servers.length);
    for (const entry of ofKind(meshDocuments, "ServiceEntry")) {
      expect(entry.spec.exportTo, "an outside name is open to the whole mesh").not.toContain("*");
    }
  });
});
