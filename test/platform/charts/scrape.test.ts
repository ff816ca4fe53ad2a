import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { type Document, ofKind, only } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { relabel, type Target } from "../support/relabel.ts";
import { environments, mesh, service, serving } from "./own-charts.ts";
import { documentsOf } from "./rendered.ts";

const { meshConfig } = parse(read("istio/values/istiod.yaml"));

/** A pod in the mesh as Kubernetes has it. */
interface Pod {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Ports by container. */
  containers: Record<string, number[]>;
}

const proxy = { "istio-proxy": [15090] };
// Of Istio's chart `gateway`; the injector writes them into other pods too, unless they or meshConfig say otherwise
// (https://github.com/istio/istio/blob/release-1.30/pkg/kube/inject/webhook.go, applyPrometheusMerge).
const merged = {
  "prometheus.io/scrape": "true",
  "prometheus.io/port": "15020",
  "prometheus.io/path": "/stats/prometheus",
};

function inMesh({ annotations, ...pod }: Pod, merge: boolean): Pod {
  const own = merge && annotations["prometheus.istio.io/merge-metrics"] !== "false" ? merged : {};
  return { ...pod, annotations: { ...annotations, ...own }, containers: { ...pod.containers, ...proxy } };
}

/** Knative's control plane: names and ports of https://github.com/knative/serving/tree/knative-v1.23.0/config/core/deployments. */
function controlPlane(environment: string): Pod[] {
  const { workloads } = only(documentsOf(serving, environment), "KnativeServing").spec;
  // Those of net-istio have other labels and are not scraped.
  const own = workloads.filter(({ name }: Document) => !name.startsWith("net-istio"));
  return own.map(({ name, annotations = {} }: Document) => ({
    namespace: "knative-serving",
    name,
    labels: { app: name },
    annotations,
    containers: { [name]: [9090, 8008, 8080] },
  }));
}

/** The pods that the service's chart makes, by way of Knative or not. */
function ofService(environment: string): Pod[] {
  return documentsOf(service, environment)
    .filter(({ spec }) => spec?.template?.spec?.containers)
    .map(({ kind, metadata, spec: { template } }) => ({
      namespace: service.namespace,
      name: metadata.name,
      labels: {
        ...template.metadata.labels,
        ...(kind === "Service" && { "serving.knative.dev/service": metadata.name }),
      },
      annotations: template.metadata.annotations ?? {},
      containers: {
        ...Object.fromEntries(
          template.spec.containers.map(({ name, ports = [] }: Document) => [
            name ?? "edge-gists",
            ports.map(({ containerPort }: Document) => containerPort),
          ]),
        ),
        ...(kind === "Service" && { "queue-proxy": [8022, 9090, 9091, 8012, 8112] }),
      },
    }));
}

const gateways: Pod[] = ["istio-system/istio-ingressgateway", "istio-egress/istio-egressgateway"].map((path) => {
  const [namespace, name] = path.split("/") as [string, string];
  return { namespace, name, labels: { istio: name.slice(6) }, annotations: merged, containers: proxy };
});

/** As discovery.kubernetes finds them: a target for each port of each container, or for a container without one. */
function discovered({ namespace, name, labels, annotations, containers }: Pod, phase = "Running"): Target[] {
  const ofPod = (kind: string, all: Record<string, string>) =>
    Object.entries(all).map(([key, value]) => [
      `__meta_kubernetes_pod_${kind}_${key.replaceAll(/[^\w]/g, "_")}`,
      String(value),
    ]);
  const common = {
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_name: name,
    __meta_kubernetes_pod_ip: "10.0.0.1",
    __meta_kubernetes_pod_phase: phase,
    ...Object.fromEntries([...ofPod("label", labels), ...ofPod("annotation", annotations)]),
  };
  return Object.entries(containers).flatMap(([container, ports]) =>
    (ports.length > 0 ? ports : [""]).map((port) => ({
      ...common,
      __address__: `10.0.0.1${port && `:${port}`}`,
      __meta_kubernetes_pod_container_init: "false",
      __meta_kubernetes_pod_container_name: container,
      __meta_kubernetes_pod_container_port_number: String(port),
    })),
  );
}

const jobs = ["annotated", "knative", "envoy"];

/** What Alloy scrapes of these pods: targets that differ in discovery's own labels only are one. */
function scraped(pods: readonly Pod[]) {
  const found = jobs.flatMap((job) =>
    pods.flatMap((pod) =>
      relabel(job, discovered(pod)).map((target) => ({
        key: JSON.stringify([job, Object.entries(target).filter(([label]) => !label.startsWith("__meta_"))]),
        job,
        pod,
        port: target["__address__"]!.split(":")[1] ?? "",
        path: target["__metrics_path__"] ?? (job === "envoy" ? "/stats/prometheus" : "/metrics"),
      })),
    ),
  );
  return [...new Map(found.map((one) => [one.key, one])).values()];
}

function selects({ matchLabels = {}, matchExpressions = [] }: Document, labels: Record<string, string>): boolean {
  const known = (matchExpressions as Document[]).every(({ operator }) => ["Exists", "In"].includes(operator));
  expect(known, `an operator that this test does not know: ${JSON.stringify(matchExpressions)}`).toBe(true);
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values }: Document) =>
      operator === "In" ? values.includes(labels[key]) : labels[key] !== undefined,
    )
  );
}

/** Whether these NetworkPolicies let a pod of `observability` connect: any of them, or none selects the pod. */
function admits(policies: readonly Document[], { namespace, labels }: Pod, port: number): boolean {
  const own = policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === namespace && spec.policyTypes.includes("Ingress") && selects(spec.podSelector, labels),
  );
  const rules: Document[] = own.flatMap(({ spec }) => spec.ingress ?? []);
  return (
    own.length === 0 ||
    rules.some(
      ({ from, ports }) =>
        (!ports || ports.some((one: Document) => one.port === port)) &&
        (!from ||
          from.some(
            ({ namespaceSelector: peers, podSelector }: Document) =>
              peers && !podSelector && selects(peers, { "kubernetes.io/metadata.name": "observability" }),
          )),
    )
  );
}

describe.each(environments)("%s:", (environment) => {
  const pods = [...controlPlane(environment), ...ofService(environment)];
  const injected = pods.map((pod) => inMesh(pod, meshConfig.enablePrometheusMerge ?? true)).concat(gateways);

  test("whatever is scraped in the mesh takes no mTLS: the proxy's own ports, and those that bypass it", () => {
    const targets = scraped(injected);
    const closed = targets.filter(
      ({ port, pod: { annotations } }) =>
        !["15020", "15090"].includes(port) &&
        !(annotations["traffic.sidecar.istio.io/excludeInboundPorts"] ?? "").split(",").includes(port),
    );
    expect(closed.map(({ job, pod, port }) => `${job}: ${pod.name} ${port}`)).toEqual([]);
    for (const { name } of controlPlane(environment))
      expect(targets.filter(({ job, pod }) => job === "knative" && pod.name === name)).toHaveLength(1);
    expect(targets.filter(({ job, port }) => job === "annotated" && port === "9464")).toHaveLength(1);
  });

  test("a NetworkPolicy lets the scraper connect, wherever one selects the pod", () => {
    const policies = [mesh, service].flatMap((chart) => ofKind(documentsOf(chart, environment), "NetworkPolicy"));
    const namespaces = new Set(policies.map(({ metadata }) => metadata.namespace));
    expect([...namespaces]).toEqual(expect.arrayContaining(["edge-gists", "istio-system", "knative-serving"]));
    const refused = scraped(injected).filter(({ pod, port }) => !admits(policies, pod, Number(port)));
    expect(refused.map(({ job, pod, port }) => `${job}: ${pod.name} ${port}`)).toEqual([]);
  });

  test.each([false, true])("a proxy's series are scraped once, with Istio's merging of metrics %s", (merge) => {
    for (const pod of [...pods.map((one) => inMesh(one, merge)), ...gateways]) {
      const ofProxy = scraped([pod]).filter(({ path }) => path === "/stats/prometheus");
      expect(
        ofProxy.map(({ job, port }) => `${job} ${port}`),
        pod.name,
      ).toEqual(["envoy 15090"]);
    }
  });
});

test.each(["Succeeded", "Failed"])("a pod that is %s has logs, and no metrics that could be missed", (phase) => {
  const pods = [...controlPlane("kind"), ...ofService("kind"), ...gateways].map((pod) => inMesh(pod, false));
  const targets = (job: string) => pods.flatMap((pod) => relabel(job, discovered(pod, phase)));
  expect(jobs.flatMap(targets)).toEqual([]);
  expect(targets("logs").length).toBeGreaterThan(pods.length);
});

// Annotations: https://github.com/cert-manager/cert-manager/blob/v1.21.2/deploy/charts/cert-manager/templates/deployment.yaml
test("cert-manager's series are scraped once, and their namespace is the certificate's", () => {
  const pod: Pod = {
    namespace: "cert-manager",
    name: "cert-manager",
    labels: { "app.kubernetes.io/name": "cert-manager" },
    annotations: { "prometheus.io/scrape": "true", "prometheus.io/port": "9402", "prometheus.io/path": "/metrics" },
    containers: { "cert-manager-controller": [9402, 9403] },
  };
  expect(scraped([pod])).toEqual([]);
  const port = { __meta_kubernetes_service_name: "cert-manager", __meta_kubernetes_service_port_number: "9402" };
  const [target, ...others] = relabel("exporters", [port]);
  expect([target?.["job"], target?.["namespace"], others]).toEqual(["cert-manager", undefined, []]);
});

test("Istio does not annotate pods for a scraper", () => {
  expect(meshConfig.enablePrometheusMerge).toBe(false);
});
