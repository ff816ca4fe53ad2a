import assert from "node:assert/strict";
import { parseConfig } from "../../functions/core/config/parser.ts";
import { toMemoryNeed } from "../../functions/node/memory.ts";
import { nodeSettings } from "../../functions/node/config.ts";
import { environments } from "../charts.mjs";
import { check } from "../checks.mjs";
import {
  containersOf,
  knativeService,
  mesh,
  ofKind,
  only,
  output,
  service,
  serving,
  documentedSettings,
} from "./rendered.mjs";

/** What must hold of each environment's output, whatever the templates look like. */
export function checkEnvironments() {
  const settings = documentedSettings();
  for (const environment of environments) {
    const all = output[environment];
    const documents = all[service.name];
    const meshDocuments = all[mesh.name];
    const holds = (name, body) => check(`${environment}: ${name}`, body);

    holds("containers are confined", () => {
      const containers = containersOf(documents);
      assert.ok(containers.length >= 2);
      for (const { name, securityContext, image, resources } of containers) {
        const { runAsUser, runAsGroup, ...rest } = securityContext;
        assert.deepEqual(
          rest,
          {
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
            runAsNonRoot: true,
            seccompProfile: { type: "RuntimeDefault" },
          },
          name,
        );
        assert.ok(runAsUser > 0 && runAsGroup > 0);
        assert.match(image, /(:(?!latest$)[\w.-]+|@sha256:[0-9a-f]{64})$/);
        assert.ok(resources.requests.cpu && resources.requests.memory && resources.limits.memory);
      }
    });

    holds("pods have no service account token and no rights", () => {
      for (const account of ofKind(documents, "ServiceAccount"))
        assert.equal(account.automountServiceAccountToken, false);
      for (const document of documents) {
        const pod = document.spec?.template?.spec;
        if (pod?.containers) assert.equal(pod.automountServiceAccountToken, false, document.metadata.name);
      }
      for (const role of ofKind(documents, "Role")) {
        for (const { verbs } of role.rules) assert.deepEqual(verbs, ["get", "list", "watch"]);
      }
      for (const { subjects } of ofKind(documents, "RoleBinding")) {
        assert.ok(subjects.every(({ kind }) => kind !== "ServiceAccount"));
      }
      assert.deepEqual(ofKind(documents, "ClusterRole"), []);
    });

    const { template } = knativeService(documents)?.spec ?? {};
    const annotations = template?.metadata.annotations ?? {};
    const scale = (name) => Number(annotations[`autoscaling.knative.dev/${name}`]);
    const [container] = template?.spec.containers ?? [];

    holds("scale", () => {
      assert.ok(environment === "production" ? scale("min-scale") >= 3 : scale("min-scale") === 0);
      assert.ok(scale("max-scale") >= Math.max(1, scale("min-scale")));
      assert.equal(annotations["autoscaling.knative.dev/class"], "kpa.autoscaling.knative.dev");
      const budgets = ofKind(documents, "PodDisruptionBudget");
      assert.equal(budgets.length, environment === "production" ? 1 : 0);
      for (const { spec } of budgets) assert.ok(spec.minAvailable < scale("min-scale"));
    });

    holds("ports and probes", () => {
      assert.deepEqual(container.ports, [{ name: "http1", containerPort: 8080, protocol: "TCP" }]);
      assert.equal(container.readinessProbe.periodSeconds, 1);
      assert.equal(container.readinessProbe.httpGet.path, "/health/ready");
      assert.equal(container.livenessProbe.httpGet.path, "/health");
      assert.equal(annotations["traffic.sidecar.istio.io/excludeInboundPorts"], "9464");
      assert.equal(annotations["prometheus.io/port"], "9464");
      assert.equal(template.metadata.labels["sidecar.istio.io/inject"], "true");
    });

    holds("the program accepts its environment", () => {
      const secrets = {
        GITHUB_TOKEN: "t",
        PURGE_TOKEN: "p".repeat(32),
        REDIS_URL: "redis://x:6379",
        REDIS_PASSWORD: "p",
      };
      const env = Object.fromEntries(
        container.env.map(({ name, value }) => [name, value?.replace("$(REDIS_PASSWORD)", "p") ?? secrets[name]]),
      );
      const twice = container.env.map(({ name }) => name).filter((name, at, names) => names.indexOf(name) !== at);
      assert.deepEqual(twice, []);
      for (const name of Object.keys(env)) {
        if (name !== "REDIS_PASSWORD") assert.ok(settings.includes(name), `${name} is not in docs/settings.md`);
      }
      delete env.REDIS_PASSWORD;
      const parsed = parseConfig(nodeSettings, env);
      assert.equal(parsed.METRICS_PORT, 9464);
      assert.equal(parsed.PUBLIC_URL?.replace(/\/$/, ""), `https://${only(documents, "DomainMapping").metadata.name}`);
      assert.ok(parsed.SHUTDOWN_GRACE_MS < template.spec.timeoutSeconds * 1000);
      // queue-proxy keeps an idle connection for 90 s, as Go's http.DefaultTransport does.
      assert.ok(parsed.KEEP_ALIVE_TIMEOUT_MS > 90_000);
      assert.ok(parsed.UPSTREAM_TIMEOUT_MS < template.spec.responseStartTimeoutSeconds * 1000);
      // The least multiple of 64 MiB in which these settings fit.
      const step = 64 * 1024 ** 2;
      const limit = /^(\d+)Mi$/.exec(container.resources.limits.memory)?.[1];
      assert.equal(Number(limit) * 1024 ** 2, Math.ceil(toMemoryNeed(parsed) / step) * step, "the memory limit");
      // A value is used only where it stands before the one that names it.
      const names = container.env.map(({ name }) => name);
      if (names.includes("REDIS_PASSWORD")) assert.ok(names.indexOf("REDIS_PASSWORD") < names.indexOf("REDIS_URL"));
    });

    holds("the public name has a certificate and is reached by TLS only", () => {
      const mapping = only(documents, "DomainMapping");
      const certificate = only(documents, "Certificate");
      assert.equal(mapping.spec.tls.secretName, certificate.spec.secretName);
      assert.deepEqual(certificate.spec.dnsNames, [mapping.metadata.name]);
      assert.equal(mapping.metadata.annotations["networking.knative.dev/http-protocol"], "redirected");
      assert.equal(mapping.spec.ref.name, knativeService(documents).metadata.name);
      assert.equal(knativeService(documents).metadata.labels["networking.knative.dev/visibility"], "cluster-local");
      const platform = only(meshDocuments, "Gateway", "edge-gists-platform");
      const hosts = only(meshDocuments, "Certificate").spec.dnsNames;
      assert.equal(platform.spec.servers.length, 2);
      for (const { port, tls, hosts: served } of platform.spec.servers) {
        assert.deepEqual(served, hosts);
        assert.ok(port.number === 443 ? tls.credentialName : tls.httpsRedirect);
      }
      for (const { spec } of ofKind(meshDocuments, "VirtualService").slice(0, 1)) assert.ok(spec.hosts.length > 0);
      const domain = mapping.metadata.name.replace(/^gists\./, "");
      for (const host of hosts) assert.ok(host.endsWith(`.${domain}`), `${host} is not below ${domain}`);
      const { config } = only(all[serving.name], "KnativeServing").spec;
      assert.deepEqual(Object.keys(config.domain), [domain]);
    });

    holds("networks are closed, then opened for what is needed", () => {
      const policies = ofKind(documents, "NetworkPolicy");
      const deny = policies.filter(
        ({ spec }) => Object.keys(spec.podSelector).length === 0 && !spec.ingress && !spec.egress,
      );
      assert.equal(deny.length, 1);
      assert.deepEqual(deny[0].spec.policyTypes, ["Ingress", "Egress"]);
      const peers = policies.flatMap(({ spec }) => [
        ...(spec.ingress ?? []).map((rule) => ({ peers: rule.from, ports: rule.ports })),
        ...(spec.egress ?? []).map((rule) => ({ peers: rule.to, ports: rule.ports })),
      ]);
      for (const rule of peers) {
        assert.ok(rule.peers?.length > 0 && rule.ports?.length > 0, "a rule is open to all");
        for (const peer of rule.peers) assert.ok(!peer.ipBlock, "an address range is open");
      }
      const out = only(policies, "NetworkPolicy", "edge-gists").spec.egress.flatMap(({ to }) => to);
      const namespaces = out.map((to) => to.namespaceSelector?.matchLabels["kubernetes.io/metadata.name"] ?? "own");
      assert.deepEqual(namespaces, ["istio-egress", "own"]);
      const port = only(documents, "Service", "edge-gists-redis").spec.ports[0].port;
      assert.deepEqual(only(policies, "NetworkPolicy", "edge-gists-redis").spec.ingress[0].ports[0].port, port);
    });

    holds("mTLS is strict, without any exception of ours", () => {
      const [peer, ...more] = ofKind(meshDocuments, "PeerAuthentication");
      assert.deepEqual(more, []);
      assert.deepEqual([peer.metadata.namespace, peer.spec], ["istio-system", { mtls: { mode: "STRICT" } }]);
      for (const { spec, metadata } of ofKind(meshDocuments, "DestinationRule")) {
        assert.doesNotMatch(JSON.stringify(spec), /"mode":"(DISABLE|SIMPLE)"/, metadata.name);
      }
    });

    holds("callers are named; everything else is refused", () => {
      const policies = ofKind(meshDocuments, "AuthorizationPolicy");
      assert.deepEqual(only(policies, "AuthorizationPolicy", "allow-nothing").spec, {});
      const account = `cluster.local/ns/${service.namespace}/sa/${template.spec.serviceAccountName}`;
      const redis = only(policies, "AuthorizationPolicy", "edge-gists-redis").spec.rules;
      const github = only(policies, "AuthorizationPolicy", "github").spec.rules;
      for (const [rule] of [redis, github]) assert.deepEqual(rule.from[0].source.principals, [account]);
      const [requests, scrape] = only(policies, "AuthorizationPolicy", "edge-gists-requests").spec.rules;
      assert.deepEqual(requests.from, [
        { source: { principals: ["cluster.local/ns/istio-system/sa/istio-ingressgateway"] } },
        { source: { namespaces: ["knative-serving"] } },
      ]);
      assert.deepEqual(scrape.to[0].operation, { ports: ["9090"], paths: ["/metrics"] });
      for (const name of ["edge-gists-no-metrics", "no-metrics-from-outside"]) {
        const { action, rules } = only(policies, "AuthorizationPolicy", name).spec;
        assert.equal(action, "DENY");
        assert.deepEqual(rules[0].to[0].operation.paths, ["/metrics", "/metrics/*"]);
      }
      for (const { spec, metadata } of policies) {
        if (spec.action === "ALLOW") for (const rule of spec.rules) assert.ok(rule.from && rule.to, metadata.name);
      }
    });

    holds("only GitHub is outside, and only through the egress gateway", () => {
      const github = only(meshDocuments, "ServiceEntry", "github");
      assert.deepEqual(github.spec.hosts, ["api.github.com"]);
      assert.equal(only(meshDocuments, "Sidecar").spec.outboundTrafficPolicy.mode, "REGISTRY_ONLY");
      const way = only(meshDocuments, "VirtualService", "github-0").spec;
      const toGateway = way.tls[0].route[0].destination;
      assert.equal(toGateway.host, "istio-egressgateway.istio-egress.svc.cluster.local");
      const rule = only(meshDocuments, "DestinationRule", "egress-gateway").spec;
      assert.equal(rule.host, toGateway.host);
      const subset = rule.subsets.find(({ name }) => name === toGateway.subset);
      const [level] = subset.trafficPolicy.portLevelSettings;
      assert.equal(level.port.number, toGateway.port.number);
      assert.equal(level.tls.sni, "api.github.com");
      const server = only(meshDocuments, "Gateway", "github").spec.servers[0];
      assert.deepEqual([server.tls.mode, server.port.number], ["ISTIO_MUTUAL", toGateway.port.number]);
      for (const entry of ofKind(meshDocuments, "ServiceEntry")) {
        assert.ok(!entry.spec.exportTo.includes("*"), "an outside name is open to the whole mesh");
      }
    });

    holds("Knative is told of the mesh", () => {
      const { config, namespace, ingress } = only(all[serving.name], "KnativeServing").spec;
      assert.equal(namespace.labels["istio-injection"], "enabled");
      assert.equal(ingress.istio.enabled, true);
      assert.equal(config.network["mesh-compatibility-mode"], "enabled");
      for (const values of Object.values(config)) {
        for (const value of Object.values(values)) assert.equal(typeof value, "string");
      }
      if (template.spec.topologySpreadConstraints) {
        assert.equal(config.features["kubernetes.podspec-topologyspreadconstraints"], "enabled");
      }
      const limit = Number(config.autoscaler["max-scale"]);
      assert.ok(limit === 0 || limit >= scale("max-scale"), "the service may scale beyond what Knative defaults to");
    });
  }
}
