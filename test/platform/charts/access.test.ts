import { describe, expect, test } from "vitest";
import { isAllowed, isConnected, type Party } from "../support/access.ts";
import { charts, environments } from "./own-charts.ts";
import { documentsOf, documentsOfVariant } from "./rendered.ts";

const knative = (app: string, account = "controller"): Party => ({
  namespace: "knative-serving",
  labels: { app },
  identity: `knative-serving/${account}`,
});
const plain = (namespace: string, labels: Record<string, string> = {}): Party => ({ namespace, labels });

/** Labels and service accounts are those of Knative's, Istio's and our own charts. */
const parties = {
  gateway: {
    namespace: "istio-system",
    labels: { istio: "ingressgateway" },
    identity: "istio-system/istio-ingressgateway",
  },
  "another pod of the gateway": { namespace: "istio-system", labels: { istio: "ingressgateway" } },
  activator: knative("activator", "activator"),
  autoscaler: knative("autoscaler"),
  controller: knative("controller"),
  webhook: knative("webhook"),
  "net-istio-webhook": knative("net-istio-webhook"),
  // It has no sidecar: net-istio labels it so.
  "net-istio-controller": plain("knative-serving", { app: "net-istio-controller" }),
  service: {
    namespace: "edge-gists",
    labels: { "serving.knative.dev/service": "edge-gists", "serving.knative.dev/revision": "edge-gists-00001" },
    identity: "edge-gists/edge-gists",
  },
  redis: {
    namespace: "edge-gists",
    labels: { "app.kubernetes.io/name": "edge-gists-redis", "app.kubernetes.io/instance": "edge-gists" },
    identity: "edge-gists/edge-gists-redis",
  },
  "egress gateway": {
    namespace: "istio-egress",
    labels: { istio: "egressgateway" },
    identity: "istio-egress/istio-egressgateway",
  },
  stranger: { namespace: "stranger", labels: {}, identity: "stranger/default" },
  "pod without a sidecar": plain("stranger"),
  scraper: plain("observability"),
  dns: plain("kube-system", { "k8s-app": "kube-dns" }),
  istiod: plain("istio-system", { app: "istiod" }),
  // The API server is on a node, GitHub is on the internet.
  "API server": plain("outside"),
  outside: plain("outside"),
} satisfies Record<string, Party>;
type Name = keyof typeof parties;

/** Connections that Knative, Istio and the service need. */
const needed: [Name, Name, number, { path?: string; sni?: string }?][] = [
  ["outside", "gateway", 80],
  ["outside", "gateway", 443],
  ["outside", "gateway", 15021],
  ["pod without a sidecar", "gateway", 443],
  ["another pod of the gateway", "gateway", 8081],
  ["net-istio-controller", "gateway", 80],
  ["net-istio-controller", "gateway", 443],
  ["gateway", "activator", 8012],
  ["gateway", "activator", 8013],
  ["gateway", "service", 8012],
  ["activator", "service", 8012],
  ["activator", "service", 8013],
  ["activator", "autoscaler", 8080],
  ["autoscaler", "autoscaler", 8080],
  ["autoscaler", "activator", 8012],
  ["autoscaler", "service", 9090, { path: "/metrics" }],
  ["autoscaler", "service", 8012],
  ["API server", "webhook", 8443],
  ["API server", "net-istio-webhook", 8443],
  ["service", "redis", 6379],
  ["service", "egress gateway", 443, { sni: "api.github.com" }],
  ["egress gateway", "outside", 443],
  ["activator", "API server", 6443],
  ["autoscaler", "API server", 6443],
  ["controller", "API server", 443],
  ["webhook", "API server", 6443],
  ["net-istio-controller", "API server", 6443],
  ["activator", "scraper", 4318],
  ["autoscaler", "scraper", 4317],
  ["service", "scraper", 4318],
  ...(["activator", "controller", "service", "redis", "egress gateway"] as const).flatMap(
    (from): [Name, Name, number][] => [
      [from, "dns", 53],
      [from, "istiod", 15012],
    ],
  ),
];

/** Connections that neither the network nor the mesh may let through: each by itself. */
const refused: [Name, Name, number, { path?: string; sni?: string }?][] = [
  ["stranger", "activator", 8012],
  ["stranger", "activator", 8013],
  ["service", "activator", 8012],
  ["redis", "activator", 8012],
  ["stranger", "autoscaler", 8080],
  ["service", "autoscaler", 8080],
  ["gateway", "autoscaler", 8080],
  ["stranger", "controller", 8080],
  ["stranger", "webhook", 8008],
  ["stranger", "service", 8012],
  ["stranger", "service", 8080],
  ["gateway", "service", 8080],
  ["stranger", "redis", 6379],
  ["activator", "redis", 6379],
  ["stranger", "egress gateway", 443, { sni: "api.github.com" }],
  ["redis", "egress gateway", 443, { sni: "api.github.com" }],
  ["activator", "egress gateway", 443, { sni: "api.github.com" }],
];

/** Connections without an identity: only the network can refuse them. */
const closed: [Name, Name, number][] = [
  ["pod without a sidecar", "gateway", 8081],
  ["stranger", "gateway", 8081],
  ["pod without a sidecar", "activator", 8012],
  ["egress gateway", "outside", 80],
  ["egress gateway", "service", 443],
  ["activator", "outside", 80],
  ["activator", "redis", 6379],
  ["controller", "service", 8012],
];

const allOf = (environment: string) => charts.flatMap((chart) => documentsOf(chart, environment));
const title = "$0 -> $1 :$2";

describe.each(environments)("%s:", (environment) => {
  const asked = ([from, to, port, more]: (typeof needed)[number]) => ({
    from: parties[from],
    to: parties[to],
    port,
    ...more,
  });

  // Production has no Redis of its own.
  const hasRedis = allOf(environment).some(
    ({ kind, metadata }) => kind === "Deployment" && metadata.name === "edge-gists-redis",
  );
  const needs = needed.filter(([from, to]) => hasRedis || (from !== "redis" && to !== "redis"));

  test.each(needs)(`needed, ${title}`, (...given) => {
    const documents = allOf(environment);
    expect(isConnected(documents, asked(given)), "by the network").toBe(true);
    // Istio's own ports are not subject to its policies.
    if (!("identity" in parties[given[1]]) || given[2] > 15_000) return;
    expect(isAllowed(documents, asked(given)), "by the mesh").toBe(true);
  });

  test.each(refused)(`refused, ${title}`, (...given) => {
    const documents = allOf(environment);
    expect(isConnected(documents, asked(given)), "by the network").toBe(false);
    expect(isAllowed(documents, asked(given)), "by the mesh").toBe(false);
  });

  test.each(closed)(`closed, ${title}`, (...given) => {
    expect(isConnected(allOf(environment), asked(given))).toBe(false);
  });

  test("a workload that no policy knows is called by nobody", () => {
    const to = { namespace: "stranger", labels: {} };
    expect(isAllowed(allOf(environment), { from: parties.gateway, to, port: 8080 })).toBe(false);
  });
});

test("a namespace that may call the service may do so through the activator too, and no other may", () => {
  const documents = [...documentsOfVariant("another namespace"), ...documentsOfVariant("another namespace's pods")];
  const { activator, service, stranger } = parties;
  const friend = { namespace: "friends", labels: {}, identity: "friends/default" };
  for (const to of [activator, service])
    for (const [from, may] of [
      [friend, true],
      [stranger, false],
    ] as const) {
      expect(isAllowed(documents, { from, to, port: 8012 })).toBe(may);
      expect(isConnected(documents, { from, to, port: 8012 })).toBe(may);
    }
});
