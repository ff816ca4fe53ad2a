import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { knativeService, ofKind, only, toDocuments } from "../support/documents.ts";
import { moduleFolder, sources } from "../support/schemas.mjs";
import { istioValues } from "./istio-values.ts";
import { environments, service, serving } from "./own-charts.ts";
import { documentsOf } from "./rendered.ts";

/** A budget for pods, and the number of pods that there are at least. */
interface Budget {
  name: string;
  spec: { minAvailable?: number | string; maxUnavailable?: number | string };
  replicas: number;
}

/** A share is of all, and rounded up, in both fields: getExpectedPodCount in Kubernetes' pkg/controller/disruption. */
const ofAll = (value: number | string, all: number) =>
  typeof value === "number" ? value : Math.ceil((all * Number.parseFloat(value)) / 100);

/** The pods that a drain may evict at once while all are healthy. */
function disruptionsAllowed({ spec, replicas }: Budget): number {
  const { minAvailable, maxUnavailable } = spec;
  if (minAvailable !== undefined) return Math.max(0, replicas - ofAll(minAvailable, replicas));
  return Math.min(replicas, ofAll(maxUnavailable ?? 0, replicas));
}

/** The budgets that Knative brings, by name, at the version whose resources are checked. */
function knativeBudgets(): Map<string, Budget["spec"]> {
  const folder = join(
    moduleFolder(sources.definitions.find(({ module }) => module === "knative.dev/serving")),
    "config/core/deployments",
  );
  const files = readdirSync(folder).filter((file) => file.endsWith(".yaml"));
  const documents = files.flatMap((file) => toDocuments(readFileSync(join(folder, file), "utf8")));
  return new Map(ofKind(documents, "PodDisruptionBudget").map(({ metadata, spec }) => [metadata.name, spec]));
}

function budgetsOf(environment: string): Budget[] {
  const documents = documentsOf(service, environment);
  const { annotations } = knativeService(documents).spec.template.metadata;
  const scale = (name: string) => Number(annotations[`autoscaling.knative.dev/${name}`] ?? 0);
  const knative = only(documentsOf(serving, environment), "KnativeServing").spec;
  const overrides = new Map<string, any>(knative.podDisruptionBudgets?.map(({ name, ...spec }) => [name, spec]));
  const istio = (["istiod", "ingressgateway", "egressgateway"] as const).flatMap((part): Budget[] => {
    const { autoscaling, autoscaleEnabled, autoscaleMin, replicaCount, podDisruptionBudget, pdb } = istioValues(
      part,
      environment,
    );
    const isScaled = autoscaleEnabled ?? autoscaling.enabled;
    const replicas = isScaled ? (autoscaleMin ?? autoscaling.minReplicas) : replicaCount;
    // Istio's charts make no budget for a single pod.
    return replicas > 1 ? [{ name: part, spec: podDisruptionBudget ?? pdb, replicas }] : [];
  });
  return [
    ...ofKind(documents, "PodDisruptionBudget").map(({ metadata, spec }) => ({
      name: metadata.name,
      spec,
      replicas: Math.max(1, scale("min-scale"), scale("activation-scale")),
    })),
    ...[...knativeBudgets()].map(([name, spec]) => ({
      name,
      spec: overrides.get(name) ?? spec,
      replicas: knative["high-availability"].replicas,
    })),
    ...istio,
  ];
}

test("Knative's own budget would block a drain", () => {
  for (const replicas of [1, 2, 3, 4])
    expect(disruptionsAllowed({ name: "", spec: { minAvailable: "80%" }, replicas })).toBe(0);
  expect(disruptionsAllowed({ name: "", spec: { minAvailable: "50%" }, replicas: 2 })).toBe(1);
  expect([...knativeBudgets().keys()].toSorted()).toEqual(["activator-pdb", "webhook-pdb"]);
});

describe.each(environments)("%s:", (environment) => {
  const budgets = budgetsOf(environment);

  test.each(budgets)("$name lets a node drain", (budget) => {
    expect(disruptionsAllowed(budget)).toBeGreaterThanOrEqual(1);
  });

  test.each(budgets.filter(({ replicas }) => replicas > 1))("$name keeps a pod meanwhile", (budget) => {
    expect(budget.replicas - disruptionsAllowed(budget)).toBeGreaterThanOrEqual(1);
  });
});

describe.each(["staging", "production"])("%s:", (environment) => {
  test("the service, the gateways, istiod, the activator and the webhook have budgets", () => {
    const names = ["activator-pdb", "edge-gists", "egressgateway", "ingressgateway", "istiod", "webhook-pdb"];
    expect(
      budgetsOf(environment)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names);
  });

  const constraints = new Map<string, any[]>([
    ["edge-gists", knativeService(documentsOf(service, environment)).spec.template.spec.topologySpreadConstraints],
    ...(["istiod", "ingressgateway", "egressgateway"] as const).map(
      (part) => [part, istioValues(part, environment).topologySpreadConstraints] as const,
    ),
    ...only(documentsOf(serving, environment), "KnativeServing").spec.workloads.map(
      ({ name, topologySpreadConstraints }) => [name, topologySpreadConstraints] as const,
    ),
  ]);
  test.each([...constraints])("pods of %s are on different nodes", (name, spread) => {
    const byNode = spread.find(({ topologyKey }) => topologyKey === "kubernetes.io/hostname");
    const version = name === "edge-gists" ? "serving.knative.dev/revision" : "pod-template-hash";
    expect(byNode).toMatchObject({
      maxSkew: 1,
      whenUnsatisfiable: "DoNotSchedule",
      // https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/: a cordoned node counts as
      // a place without pods otherwise, and an evicted pod stays Pending.
      nodeTaintsPolicy: "Honor",
      matchLabelKeys: [version],
    });
    expect(Object.keys(byNode.labelSelector.matchLabels)).toHaveLength(1);
  });

  test("the gateways and istiod are at least two, and scale by themselves", () => {
    for (const part of ["ingressgateway", "egressgateway"] as const)
      expect(istioValues(part, environment).autoscaling).toMatchObject({
        enabled: true,
        minReplicas: 2,
        maxReplicas: 5,
      });
    expect(istioValues("istiod", environment)).toMatchObject({
      autoscaleEnabled: true,
      autoscaleMin: 2,
      autoscaleMax: 5,
    });
  });

  test("a gateway answers until the load balancer knows, and then finishes what it has", () => {
    const {
      service: door,
      lifecycle,
      podAnnotations,
      terminationGracePeriodSeconds,
    } = istioValues("ingressgateway", environment);
    expect(door.externalTrafficPolicy).toBe("Local");
    const { terminationDrainDuration } = JSON.parse(podAnnotations["proxy.istio.io/config"]);
    const drain = Number.parseInt(terminationDrainDuration, 10);
    const { timeoutSeconds } = knativeService(documentsOf(service, environment)).spec.template.spec;
    expect(drain).toBeGreaterThan(timeoutSeconds);
    expect(terminationGracePeriodSeconds).toBeGreaterThan(drain + lifecycle.preStop.sleep.seconds);
  });
});

test("old revisions' pods do not fulfil the budget of a new one: it counts those that are missing", () => {
  const { spec } = only(documentsOf(service, "production"), "PodDisruptionBudget");
  expect(spec.maxUnavailable).toBe(1);
  expect(spec.minAvailable).toBeUndefined();
  expect(spec.unhealthyPodEvictionPolicy).toBe("AlwaysAllow");
});

test.skipIf(process.platform === "win32")("Valkey with a password is the process that gets the pod's signal", () => {
  const { spec } = only(documentsOf(service, "staging"), "Deployment", "edge-gists-redis");
  const { command, args } = spec.template.spec.containers[0];
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-valkey-"));
  writeFileSync(join(folder, "valkey-server"), "#!/bin/sh\necho $$\ncat\n", { mode: 0o755 });
  const env = { PATH: `${folder}:/usr/bin:/bin`, REDIS_PASSWORD: "a-b_c" };
  const { pid, stdout } = spawnSync(command[0], [...command.slice(1), ...args], { encoding: "utf8", env });
  rmSync(folder, { recursive: true });
  expect(stdout).toBe(`${pid}\nrequirepass a-b_c\n`);
});
