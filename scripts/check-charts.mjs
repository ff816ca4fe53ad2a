/**
 * `npm run check:charts`: what can be known of the charts without a cluster. Helm's linter; every environment's output
 * against Kubernetes' and the resources' own schemas, and that these schemas refuse what is wrong; bad values; the
 * committed manifests; what must hold of the output, whatever the templates look like.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { parseSettings } from "../functions/core/settings.ts";
import { nodeSettings } from "../functions/node/settings.ts";
import { root } from "./built.mjs";
import { charts, environments, helm, manifests, render, valuesOf } from "./charts.mjs";
import { schemaLocation } from "./schemas.mjs";
import { tool } from "./tools.mjs";

const results = { passed: 0, failed: 0 };

function check(name, body) {
  try {
    body();
    results.passed += 1;
  } catch (error) {
    results.failed += 1;
    console.log(`FAILED: ${name}\n  ${String(error.message).replaceAll("\n", "\n  ")}`);
  }
}

const [mesh, serving, service] = charts;
const read = (path) => readFileSync(join(root, path), "utf8");
const toDocuments = (text) =>
  parseAllDocuments(text)
    .map((document) => document.toJS())
    .filter(Boolean);

function renderedText(chart, ...args) {
  const { text, reason } = render(chart, ...args);
  assert.ok(text !== null, reason);
  return text;
}

const rendered = (...args) => toDocuments(renderedText(...args));

function kubeconform(text) {
  const { stdout, stderr } = spawnSync(
    tool("kubeconform"),
    ["-strict", "-output", "json", "-verbose", "-schema-location", schemaLocation(), "-"],
    { input: text, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  assert.notEqual(stdout, "", stderr);
  return JSON.parse(stdout).resources;
}

const ofKind = (documents, kind, name) =>
  documents.filter((document) => document.kind === kind && (!name || document.metadata.name === name));
function only(documents, kind, name) {
  const found = ofKind(documents, kind, name);
  assert.equal(found.length, 1, `${found.length} of ${kind} ${name ?? ""}`);
  return found[0];
}
const knativeService = (documents) =>
  documents.find((document) => document.kind === "Service" && document.apiVersion === "serving.knative.dev/v1");

/** Every container of a chart's output. */
const containersOf = (documents) => documents.flatMap((document) => document.spec?.template?.spec?.containers ?? []);

const output = Object.fromEntries(
  environments.map((environment) => [
    environment,
    Object.fromEntries(
      charts.map((chart) => {
        try {
          return [chart.name, rendered(chart, ...valuesOf(chart, environment))];
        } catch (error) {
          check(`${chart.path} renders for ${environment}`, () => assert.fail(error));
          return [chart.name, []];
        }
      }),
    ),
  ]),
);
const toFlag = (value) => (value.startsWith("json:") ? ["--set-json", value.slice(5)] : ["--set", value]);
/** What the environments' values do not show. */
const variants = [
  {
    chart: service,
    name: "HPA on CPU",
    args: ["autoscaling.class=hpa", "autoscaling.metric=cpu", "autoscaling.target=80", "autoscaling.minScale=2"],
  },
  {
    chart: service,
    name: "canary",
    args: [
      "revisionSuffix=v2",
      "traffic[0].revisionName=edge-gists-v1",
      "traffic[0].latestRevision=false",
      "traffic[0].percent=90",
      "traffic[1].latestRevision=true",
      "traffic[1].percent=10",
      "traffic[1].tag=canary",
    ],
  },
  {
    chart: service,
    name: "own secret, digest, direct egress",
    args: [
      "secrets.githubToken=t",
      "secrets.redisUrl=rediss://example.com:6380",
      "redis.enabled=false",
      "image.pullSecrets[0]=registry",
      `image.digest=sha256:${"0".repeat(64)}`,
      "networkPolicy.githubDirect=true",
      "networkPolicy.redisCidr=10.0.0.0/8",
      "namespace.create=true",
      "visibility=public",
    ],
  },
  {
    chart: mesh,
    name: "everything on",
    args: [
      "faro.enabled=true",
      "metrics.enabled=true",
      String.raw`json:metrics.jwks="{\"keys\":[]}"`,
      "rateLimit.enabled=true",
    ],
  },
  {
    chart: serving,
    name: "mirror and TLS by itself",
    args: [
      "registry.default=mirror.example.com/${NAME}:v1",
      "registry.override.activator=mirror.example.com/activator:v1",
      "registry.imagePullSecrets[0]=mirror",
      "externalDomainTls=true",
    ],
  },
].map((variant) => ({ ...variant, args: variant.args.flatMap(toFlag) }));

for (const chart of charts) {
  for (const environment of environments) {
    check(`helm lint --strict: ${chart.path}, ${environment}`, () => {
      const { ok, stdout, stderr } = helm("lint", "--strict", chart.path, ...valuesOf(chart, environment));
      assert.ok(ok, stdout + stderr);
    });
  }
}

// Schemas.

function conforms(name, text, least) {
  check(`conforms: ${name}`, () => {
    const resources = kubeconform(text);
    assert.ok(least > 0 && resources.length === least, `${resources.length} of ${least} resources were looked at`);
    const wrong = resources.filter(({ status }) => status !== "statusValid");
    assert.deepEqual(
      wrong.map(({ kind, name, msg }) => `${kind} ${name}: ${msg}`),
      [],
    );
  });
}
const examples = new Map();
for (const environment of environments) {
  for (const chart of charts) {
    const documents = output[environment][chart.name];
    const { text } = render(chart, ...valuesOf(chart, environment));
    conforms(`${chart.path}, ${environment}`, text ?? "", documents.length);
    for (const document of documents) examples.set(`${document.apiVersion} ${document.kind}`, document);
  }
}
for (const { chart, name, args } of variants) {
  check(`renders: ${chart.path}, ${name}`, () => {
    const text = renderedText(chart, ...valuesOf(chart, "kind"), ...args);
    const documents = toDocuments(text);
    for (const document of documents) examples.set(`${document.apiVersion} ${document.kind}`, document);
    conforms(`${chart.path}, ${name}`, text, documents.length);
  });
}
// A schema that is missing or open would let everything pass: each kind must be refused with one field too many.
for (const [kind, document] of examples) {
  check(`schema of ${kind} is strict`, () => {
    // A namespace's spec and a secret's are not there; the root is closed too.
    const at = document.spec && Object.keys(document.spec).length > 0 ? "spec" : "root";
    const wrong =
      at === "spec" ? { ...document, spec: { ...document.spec, noSuchField: 1 } } : { ...document, noSuchField: 1 };
    const [resource] = kubeconform(JSON.stringify(wrong));
    assert.equal(resource.status, "statusInvalid", `one field too many at ${at} passes`);
    const [meta] = kubeconform(
      JSON.stringify({ ...document, metadata: { ...document.metadata, labels: { number: 1 } } }),
    );
    assert.equal(meta.status, "statusInvalid", "a label that is a number passes");
  });
}

// Bad values, each refused with a reason that names it.

const bad = [
  [service, "nosuch=1", /nosuch/],
  [service, "env.NO_SUCH=1", /NO_SUCH/],
  [service, "env.PORT=9000", /PORT/],
  [service, "env.REDIS_URL=redis://x", /REDIS_URL/],
  [service, "env.CACHE_TTL_SECONDS=60", /CACHE_TTL_SECONDS.*string/s],
  [service, "image.tag=latest", /image.tag/],
  [service, "redis.image.tag=latest", /redis.image.tag|redis\/image\/tag/],
  [service, "image.digest=sha256:12", /image.digest/],
  [service, "image.pullPolicy=Sometimes", /pullPolicy/],
  [service, "domain=localhost", /domain/],
  [service, "domain=UPPER.example.com", /domain/],
  [service, "host=a.b", /host/],
  [service, "telemetry.metricsPort=8012", /metricsPort/],
  [service, "telemetry.metricsPort=80", /metricsPort/],
  [service, "telemetry.otlpEndpoint=alloy:4318", /otlpEndpoint/],
  [service, "autoscaling.class=keda", /class/],
  [service, "autoscaling.minScale=-1", /minScale/],
  [service, "autoscaling.maxScale=0", /maxScale/],
  [service, "autoscaling.maxScale=2,autoscaling.minScale=3", /maxScale must not be below autoscaling.minScale/],
  [service, "autoscaling.maxScale=2,autoscaling.initialScale=3", /maxScale must not be below autoscaling.initialScale/],
  [service, "autoscaling.activationScale=1", /activationScale/],
  [service, "autoscaling.activationScale=9,autoscaling.maxScale=5", /activationScale must lie between/],
  [service, "autoscaling.window=1 minute", /window/],
  [service, "autoscaling.class=hpa,autoscaling.metric=cpu", /cannot scale to zero/],
  [service, "autoscaling.class=hpa,autoscaling.minScale=1", /needs autoscaling.metric cpu or memory/],
  [service, "autoscaling.metric=cpu", /needs autoscaling.metric concurrency or rps/],
  [service, "autoscaling.targetUtilization=101", /targetUtilization/],
  [service, "traffic[0].latestRevision=true,traffic[0].percent=99", /must add up to 100, not 99/],
  [service, "traffic[0].latestRevision=true,traffic[0].revisionName=edge-gists-1", /not both/],
  [service, "traffic[0].latestRevision=false", /needs latestRevision or revisionName/],
  [service, "traffic=null", /traffic/],
  [service, "timeoutSeconds=20", /must exceed SHUTDOWN_GRACE_MS/],
  [service, "responseStartTimeoutSeconds=31", /must not exceed timeoutSeconds/],
  [service, "redis.enabled=true,secrets.redisUrl=redis://x", /exclude each other/],
  [service, "secrets.redisUrl=http://x", /redisUrl/],
  [service, "secrets.existing=a,secrets.githubToken=b", /secrets.existing excludes/],
  [service, "podDisruptionBudget.enabled=true", /needs autoscaling.minScale above minAvailable/],
  [service, "rbac.operatorRole=true", /needs rbac.subjects/],
  [service, "revisionSuffix=V2", /revisionSuffix/],
  [service, "redis.maxMemory=lots", /maxMemory/],
  [service, "resources.limits.memory=much", /memory/],
  [service, "certificate.issuerRef.kind=Vault", /kind/],
  [mesh, "nosuch=1", /nosuch/],
  [mesh, "mtls.mode=PERMISSIVE", /mode/],
  [mesh, "metrics.enabled=true", /needs metrics.jwks/],
  [mesh, "metrics.jwks=nokeys", /jwks/],
  [mesh, "faro.enabled=true,grafana.enabled=false", /faro.enabled needs grafana.enabled/],
  [mesh, "egress.hosts[0]=*", /hosts/],
  [mesh, "egress.hosts=null", /hosts|egress/],
  [mesh, "telemetry.samplingPercentage=101", /samplingPercentage/],
  [mesh, "grafana.backend.port=0", /port/],
  [mesh, "traffic.connectTimeout=5", /connectTimeout/],
  [serving, "nosuch=1", /nosuch/],
  [serving, "version=v1.23.0", /version/],
  [serving, "replicas=0", /replicas/],
  [serving, "registry.default=mirror.example.com/knative", /default/],
  [serving, "resources.nosuch.requests.cpu=1", /nosuch/],
  [serving, "telemetry.samplingRate=2", /samplingRate/],
];
for (const [chart, values, expected] of bad) {
  check(`refused: ${chart.path} with ${values}`, () => {
    const { text, reason } = render(chart, "--set", values);
    assert.ok(text === null, "it was accepted");
    assert.match(reason, expected);
  });
}

// The committed manifests.

const committed = new Set(
  environments.flatMap((environment) => {
    const folder = `knative/manifests/${environment}`;
    return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => `${folder}/${name}`) : [];
  }),
);
for (const environment of environments) {
  check(`manifests of ${environment} are what the charts say`, () => {
    for (const { path, text } of manifests(environment)) {
      assert.ok(committed.delete(path), `${path} is missing: npm run manifests`);
      assert.ok(read(path).replaceAll("\r\n", "\n") === text, `${path} is old: npm run manifests`);
      assert.deepEqual(ofKind(toDocuments(text), "Secret"), [], "a secret is committed");
    }
  });
}
check("no further manifests", () => assert.deepEqual([...committed], []));

// What must hold.

const version = JSON.parse(read("package.json")).version;
check("the chart's appVersion is the project's", () => {
  assert.equal(parse(read("knative/chart/Chart.yaml")).appVersion, version);
});

const table = [...read("README.md").matchAll(/^\| `([A-Z][A-Z0-9_]+)` +\|/gm)].map(([, name]) => name);
check("the settings that may be given are README's, less those that the chart gives", () => {
  const schema = JSON.parse(read("knative/chart/values.schema.json"));
  const byChart = [
    "GITHUB_TOKEN",
    "PUBLIC_URL",
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
  assert.deepEqual([...given, ...byChart].sort(), table.sort());
});

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
      if (name !== "REDIS_PASSWORD") assert.ok(table.includes(name), `${name} is no setting of README's table`);
    }
    delete env.REDIS_PASSWORD;
    const parsed = parseSettings(nodeSettings, env);
    assert.equal(parsed.METRICS_PORT, 9464);
    assert.equal(parsed.PUBLIC_URL?.replace(/\/$/, ""), `https://${only(documents, "DomainMapping").metadata.name}`);
    assert.ok(parsed.SHUTDOWN_GRACE_MS < template.spec.timeoutSeconds * 1000);
    assert.ok(parsed.UPSTREAM_TIMEOUT_MS < template.spec.responseStartTimeoutSeconds * 1000);
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

console.log(`${results.passed} passed, ${results.failed} failed`);
process.exitCode = results.failed === 0 && results.passed > 0 ? 0 : 1;
