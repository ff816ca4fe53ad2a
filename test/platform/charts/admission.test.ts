import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, test } from "vitest";
import { type Document, only, toDocuments } from "../support/documents.ts";
import { render, valuesOf } from "../../../scripts/charts.mjs";
import { environments, service } from "./own-charts.ts";
import { documentsOf } from "./rendered.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
const proxy = "docker.io/istio/proxyv2:1.30.4";
const queue = `gcr.io/knative-releases/knative.dev/serving/cmd/queue@${digest}`;
const own = `registry.example.com/edge-gists@${digest}`;

interface Pod {
  containers: string[];
  initContainers?: string[];
  ephemeralContainers?: string[];
  volumes?: string[];
}

const toObject = (pod: Pod): Document => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "pod", namespace: "edge-gists" },
  spec: Object.fromEntries(
    Object.entries(pod).map(([list, images]: [string, string[]]) => [
      list,
      images.map((image, at) => ({ name: `c${at}`, image: list === "volumes" ? { reference: image } : image })),
    ]),
  ),
});

/** A pod, what it was before if it changes, and the image that is refused. */
const cases: [string, Pod, Pod | undefined, string | undefined][] = [
  [
    "a pod as Knative and Istio make it",
    { containers: [own, queue, proxy], initContainers: [proxy] },
    undefined,
    undefined,
  ],
  ["a tag and a digest", { containers: [`registry.example.com/edge-gists:1.0@${digest}`] }, undefined, undefined],
  [
    "a tag",
    { containers: ["registry.example.com/edge-gists:0.1.0"] },
    undefined,
    "registry.example.com/edge-gists:0.1.0",
  ],
  ["no tag", { containers: ["busybox"] }, undefined, "busybox"],
  ["a port, and no tag", { containers: ["localhost:5000/edge-gists"] }, undefined, "localhost:5000/edge-gists"],
  ["a digest that is short", { containers: ["busybox@sha256:12"] }, undefined, "busybox@sha256:12"],
  [
    "latest, of an image that may have a tag",
    { containers: ["docker.io/istio/proxyv2:latest"] },
    undefined,
    "docker.io/istio/proxyv2:latest",
  ],
  [
    "an image that may have a tag, without one",
    { containers: ["docker.io/istio/proxyv2"] },
    undefined,
    "docker.io/istio/proxyv2",
  ],
  [
    "a name that only begins like it",
    { containers: ["docker.io/istio/proxyv2-mine:1.0"] },
    undefined,
    "docker.io/istio/proxyv2-mine:1.0",
  ],
  ["an init container", { containers: [own], initContainers: ["busybox:1"] }, undefined, "busybox:1"],
  [
    "a container for debugging",
    { containers: [own], ephemeralContainers: ["busybox:1"] },
    { containers: [own] },
    "busybox:1",
  ],
  ["a volume of an image", { containers: [own], volumes: ["busybox:1"] }, undefined, "busybox:1"],
  ["a volume of an image with a digest", { containers: [own], volumes: [own] }, undefined, undefined],
  ["another image for a container", { containers: ["busybox:1"] }, { containers: [own] }, "busybox:1"],
  ["a label on a pod from before the policy", { containers: ["busybox:1"] }, { containers: ["busybox:1"] }, undefined],
];

/** What the API server's CEL makes of the policy, for each of the pods. */
function evaluate(documents: Document[], requests: { object: Document; oldObject?: Document }[]): string[][] {
  const { stdout, stderr, error } = spawnSync("go", ["run", "."], {
    cwd: fileURLToPath(new URL("admission", import.meta.url)),
    input: JSON.stringify({ policy: only(documents, "ValidatingAdmissionPolicy"), requests }),
    encoding: "utf8",
    env: { ...process.env, GOFLAGS: "-mod=readonly", GOWORK: "off" },
  });
  if (!stdout) throw new Error(error?.message ?? stderr);
  return JSON.parse(stdout) as string[][];
}

let refusals: string[][] = [];
// The first run compiles the API server's CEL.
beforeAll(() => {
  const requests = cases.map(([, pod, before]) => ({
    object: toObject(pod),
    ...(before && { oldObject: toObject(before) }),
  }));
  refusals = evaluate(documentsOf(service, "production"), requests);
}, 900_000);

test.each(cases.map((one, index) => [...one, index] as const))("%s", (_name, _pod, _before, refused, index) => {
  const expected = refused ? [`an image needs a digest, as in name@sha256:...: ${refused}`] : [];
  expect(refusals[index]).toEqual(expected);
});

test("an image that was loaded into Kind's nodes has no digest: its name may have a tag", () => {
  const local = "dev.local/edge-gists:0123456789abcdef";
  const pods = [{ object: toObject({ containers: [local] }) }];
  const withPolicy = (...more: string[]) => {
    const on = ["--set", "imagePolicy.enabled=true,redis.enabled=false", ...more];
    return toDocuments(render(service, ...valuesOf(service, "kind"), ...on).text ?? "");
  };
  expect(evaluate(withPolicy(), pods)[0]).toHaveLength(1);
  expect(evaluate(withPolicy("--set", "imagePolicy.tagsAllowed[0]=dev.local/edge-gists"), pods)[0]).toEqual([]);
  expect(evaluate(withPolicy("--set-json", "imagePolicy.tagsAllowed=[]"), pods)[0]).toHaveLength(1);
}, 120_000);

test.each(environments)("%s: the policy is for its namespace only, and binding", (environment) => {
  const documents = documentsOf(service, environment);
  const policies = documents.filter(({ kind }) => kind.startsWith("ValidatingAdmissionPolicy"));
  if (environment !== "production") return expect(policies).toEqual([]);
  const policy = only(documents, "ValidatingAdmissionPolicy");
  const binding = only(documents, "ValidatingAdmissionPolicyBinding");
  expect(policy.spec.matchConstraints.namespaceSelector.matchLabels).toEqual({
    "kubernetes.io/metadata.name": "edge-gists",
  });
  expect(policy.spec.failurePolicy).toBe("Fail");
  expect(binding.spec).toEqual({ policyName: policy.metadata.name, validationActions: ["Deny", "Audit"] });
});
