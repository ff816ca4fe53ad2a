import { describe, expect, test } from "vitest";
import { knativeService } from "../support/documents.ts";
import { read } from "../support/files.ts";
import { environments, service } from "./own-charts.ts";
import { documentsOf } from "./rendered.ts";

const { machine, results } = JSON.parse(read("bench/results/pod.json"));

/** Millicores of Kubernetes' notation. */
const toMillicores = (cpu: string) => (cpu.endsWith("m") ? Number.parseInt(cpu, 10) : 1000 * Number(cpu));

/** Millicores of a container at a rate, between the two measured rates around it. */
function needed(name: string, rate: number): number {
  const after = results.points.findIndex(({ perSecond }) => perSecond >= rate);
  expect(after, "the rate is within those that were measured").toBeGreaterThan(0);
  const [low, high] = [results.points[after - 1], results.points[after]];
  const share = (rate - low.perSecond) / (high.perSecond - low.perSecond);
  return low.millicores[name] + share * (high.millicores[name] - low.millicores[name]);
}

test("the page has the figures of the measurement", () => {
  const page = read("docs/platform.md");
  for (const figure of [results.capacity, results.knee]) expect(page).toContain(`${figure.toLocaleString("en")} `);
});

describe.each(environments)("%s:", (environment) => {
  const { metadata, spec } = knativeService(documentsOf(service, environment)).spec.template;
  const scale = (name: string) => Number(metadata.annotations[`autoscaling.knative.dev/${name}`]);
  /** Requests a second of one pod, above which another is added. */
  const rate = (scale("target") * scale("target-utilization-percentage")) / 100;

  const requests = {
    "istio-proxy": metadata.annotations["sidecar.istio.io/proxyCPU"],
    "queue-proxy": metadata.annotations["queue.sidecar.serving.knative.dev/cpu-resource-request"],
    "edge-gists": spec.containers[0].resources.requests.cpu,
  };
  test.each(Object.entries(requests))("%s requests the processor time of a pod's load", (name, cpu) => {
    expect(toMillicores(cpu)).toBeGreaterThanOrEqual(needed(name, rate));
  });

  // On a busy machine the latency is that of the others.
  test.skipIf(machine.busy)("another pod is added before the knee of one", () => {
    expect(rate).toBeLessThanOrEqual(results.knee);
  });

  test("a revision scales by the work of its pods, and has a bound", () => {
    expect(metadata.annotations["autoscaling.knative.dev/metric"]).toBe("rps");
    expect(scale("max-scale")).toBeGreaterThan(scale("min-scale"));
    // A pod of its own for each node, or none at all.
    expect(scale("initial-scale")).toBe(Math.max(1, scale("min-scale")));
  });
});
