import { expect, test } from "vitest";
import { createHpa } from "./hpa.ts";
import { toSettings } from "./settings.ts";

const prefix = "autoscaling.knative.dev/";
const settings = toSettings({
  annotations: {
    [`${prefix}class`]: "hpa.autoscaling.knative.dev",
    [`${prefix}metric`]: "cpu",
    [`${prefix}target`]: "50",
    [`${prefix}min-scale`]: "2",
    [`${prefix}max-scale`]: "20",
    [`${prefix}window`]: "15s",
  },
  config: {},
  containerConcurrency: 0,
});

/** The replicas after each of the following periods of 15 s, with the usage of a pod in percent, all pods ready. */
function run(usages: readonly number[], of = settings): number[] {
  const hpa = createHpa(of);
  let replicas = 2;
  return usages.map((usage) => {
    const before = replicas;
    for (let second = 0; second < 15; second += 1)
      replicas = hpa.step({ concurrency: 0, requests: 0, readyPods: before, cpuPercent: usage * before }).replicas;
    return replicas;
  });
}

// Examples of https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details
test("pods grow by the ratio of usage to target, and shrink by it", () => {
  expect(run([100])).toEqual([4]);
  expect(run([100, 25])).toEqual([4, 2]);
});

test("within a tenth of the target nothing changes", () => {
  expect(run([54, 46])).toEqual([2, 2]);
});

test("pods at most double, or grow by four, in a period", () => {
  expect(run([1000, 1000, 1000])).toEqual([6, 12, 20]);
});

test("never below the minimum, nor above the maximum", () => {
  expect(run([0, 0, 0])).toEqual([2, 2, 2]);
  expect(run([1000, 1000, 1000, 1000])).toEqual([6, 12, 20, 20]);
});

test("a longer window keeps the highest recommendation before pods are removed, and the lowest before they are added", () => {
  const slow = { ...settings, window: 60 };
  expect(run([25, 100, 100, 100, 100, 100], slow)).toEqual([2, 2, 2, 2, 4, 4]);
  expect(run([100, 25, 25, 25, 25, 25], { ...settings, window: 60 }).at(2)).toBe(4);
});

test("pods that are not ready do not cause more pods", () => {
  const hpa = createHpa(settings);
  let replicas = 2;
  for (let second = 0; second < 60; second += 1)
    replicas = hpa.step({ concurrency: 0, requests: 0, readyPods: 2, cpuPercent: 200 }).replicas;
  expect(replicas).toBe(4);
});
