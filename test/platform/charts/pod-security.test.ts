import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { manifests } from "../../../scripts/charts.mjs";
import { type Document, knativeService, ofKind, only, toDocuments } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { run } from "../support/run.ts";
import { charts, environments, mesh, service, serving } from "./own-charts.ts";
import { documentsOf, documentsOfVariant, textOf } from "./rendered.ts";

interface PodSpec {
  containers: Document[];
  initContainers?: Document[];
  [field: string]: unknown;
}

const istiod = parse(read("istio/values/istiod.yaml"));
const egress = parse(read("istio/values/egressgateway.yaml"));

/** What Knative gives its own containers (queue.go of Serving 1.23, and the Deployments of its release). */
const knatives = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ["ALL"] },
  seccompProfile: { type: "RuntimeDefault" },
};

/** What Istio's injector adds to a pod, by its template (injection-template.yaml of the chart istiod 1.30). */
function withSidecar({ containers, initContainers = [], ...spec }: PodSpec): PodSpec {
  const { cni } = istiod.pilot ?? {};
  const { seccompProfile } = istiod.global.proxy;
  const proxy = { runAsNonRoot: true, runAsUser: 1337, runAsGroup: 1337, readOnlyRootFilesystem: true };
  const root = { runAsNonRoot: false, runAsUser: 0, runAsGroup: 0, readOnlyRootFilesystem: false };
  const context = (who: object, capabilities: object) => ({
    securityContext: { allowPrivilegeEscalation: false, privileged: false, ...who, capabilities, seccompProfile },
  });
  const init = cni?.enabled
    ? { name: "istio-validation", ...context(proxy, { drop: ["ALL"] }) }
    : { name: "istio-init", ...context(root, { add: ["NET_ADMIN", "NET_RAW"], drop: ["ALL"] }) };
  return {
    ...spec,
    initContainers: [...initContainers, init],
    containers: [...containers, { name: "istio-proxy", ...context(proxy, { drop: ["ALL"] }) }],
  };
}

/** The pods of the namespaces whose labels ask for the standard, by name. */
function podsOf(environment: string): Map<string, PodSpec> {
  const own = documentsOf(service, environment);
  // Its other fields are Knative's own, and no pod has them.
  const { containers, volumes } = knativeService(own).spec.template.spec;
  const queueProxy = { name: "queue-proxy", securityContext: knatives };
  // The chart `gateway` of Istio 1.30: the pod's context is ours, the container's is its own.
  const gateways = { ...knatives, seccompProfile: undefined, runAsUser: 1337, runAsGroup: 1337 };
  return new Map<string, PodSpec>([
    ["service", withSidecar({ volumes, containers: [...containers, queueProxy] })],
    ...ofKind(own, "Deployment").map(({ metadata, spec }): [string, PodSpec] => [
      metadata.name,
      withSidecar(spec.template.spec),
    ]),
    ["Knative's control plane", withSidecar({ containers: [{ name: "controller", securityContext: knatives }] })],
    ["net-istio-controller", { containers: [{ name: "controller", securityContext: knatives }] }],
    [
      "egress gateway",
      {
        securityContext: egress.securityContext,
        containers: [{ name: "istio-proxy", securityContext: gateways }],
      },
    ],
  ]);
}

/** Why Kubernetes refuses each pod; nothing if it does not. */
async function refusals(level: string, pods: readonly PodSpec[]): Promise<string[][]> {
  const input = JSON.stringify(
    pods.map((spec) => ({ apiVersion: "v1", kind: "Pod", metadata: { name: "pod" }, spec })),
  );
  const cwd = join(import.meta.dirname, "pod-security");
  const { ok, stdout, text } = await run("go", ["run", ".", level], {
    cwd,
    env: { ...process.env, GOFLAGS: "-mod=readonly" },
    input,
  });
  expect(ok, text).toBe(true);
  return JSON.parse(stdout);
}

let found: Map<string, string[]>;
beforeAll(async () => {
  const named = environments.flatMap((environment) =>
    [...podsOf(environment)].map(([name, pod]) => [`${environment}: ${name}`, pod] as const),
  );
  const reasons = await refusals(
    "restricted",
    named.map(([, pod]) => pod),
  );
  found = new Map(named.map(([name], at) => [name, reasons[at]!]));
});

test("every pod is what `restricted` allows", () => {
  expect([...found].filter(([, reasons]) => reasons.length > 0)).toEqual([]);
  // The service, Knative's control plane, net-istio-controller, the egress gateway; Redis where the chart has it.
  for (const environment of environments)
    expect([...found.keys()].filter((name) => name.startsWith(environment)).length).toBeGreaterThanOrEqual(4);
});

test("the check refuses what the sidecar would need without the plugin", async () => {
  const securityContext = { ...knatives, capabilities: { add: ["NET_ADMIN"], drop: ["ALL"] } };
  const [[reason] = []] = await refusals("restricted", [{ containers: [{ name: "a", securityContext }] }]);
  expect(reason).toContain("NET_ADMIN");
});

test.each(environments)("%s: the namespaces enforce it", (environment) => {
  const documents = manifests(environment).flatMap(({ text }) => toDocuments(text));
  const namespaces = ofKind(documents, "Namespace");
  expect(namespaces.map(({ metadata }) => metadata.name).toSorted()).toEqual([
    "edge-gists",
    "istio-egress",
    "knative-serving",
  ]);
  const { labels } = only(documents, "KnativeServing").spec.namespace;
  const all = [...namespaces.map(({ metadata }) => metadata.labels), labels];
  for (const each of all)
    expect(each).toEqual({ "istio-injection": "enabled", "pod-security.kubernetes.io/enforce": "restricted" });
});

test("a namespace that a chart makes by itself has the same labels", () => {
  const own = only(documentsOfVariant("own secret, digest, direct egress"), "Namespace", service.namespace);
  const knative = only(documentsOf(serving, "kind"), "Namespace", serving.namespace);
  const [first] = ofKind(toDocuments(manifests("kind")[charts.indexOf(mesh)]!.text), "Namespace");
  expect([own.metadata.labels, knative.metadata.labels]).toEqual([first.metadata.labels, first.metadata.labels]);
  expect(textOf(mesh, "kind")).not.toContain("kind: Namespace");
});

test("the plugin's folders are those of containerd, and it repairs a pod that started before it", () => {
  const cni = parse(read("istio/values/cni.yaml"));
  expect(cni).toMatchObject({ cniBinDir: "/opt/cni/bin", cniConfDir: "/etc/cni/net.d", chained: true });
  expect(cni.repair).toMatchObject({ enabled: true, repairPods: true });
  // A namespace that is left out would have pods whose traffic bypasses their sidecar.
  for (const { namespace } of charts) expect(cni.excludeNamespaces).not.toContain(namespace);
});
