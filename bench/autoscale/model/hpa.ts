import type { Autoscaler } from "./kpa.ts";
import type { Settings } from "./settings.ts";

/** Seconds between two decisions of Kubernetes (`--horizontal-pod-autoscaler-sync-period`). */
const syncSeconds = 15;
/** Deviation from the target for which nothing changes (`--horizontal-pod-autoscaler-tolerance`). */
const tolerance = 0.1;

/**
 * Kubernetes' autoscaler by CPU, with the window of Knative as stabilization in both directions and the default policies
 * (https://kubernetes.io/docs/concepts/workloads/autoscaling/horizontal-pod-autoscale/#algorithm-details). It never scales
 * to zero, and the activator is not needed.
 */
export function createHpa({ target, window, minScale, maxScale, initialScale }: Settings): Autoscaler {
  const least = Math.max(1, minScale);
  const most = maxScale > 0 ? maxScale : Infinity;
  let replicas = Math.max(initialScale, least);
  let now = 0;
  let usages: number[] = [];
  let recommended: { at: number; pods: number }[] = [];

  /** Percent of the CPU requests, summed over the pods. Pods that are not ready count as idle before pods are added. */
  function recommend(usage: number, readyPods: number): number {
    const ratio = usage / (target * Math.max(1, readyPods));
    if (Math.abs(ratio - 1) <= tolerance) return replicas;
    if (ratio < 1) return Math.ceil(ratio * readyPods);
    const ofAll = usage / (target * Math.max(readyPods, replicas));
    return ofAll <= 1 + tolerance ? replicas : Math.ceil(ofAll * Math.max(readyPods, replicas));
  }

  function stabilize(pods: number): number {
    recommended = [...recommended.filter(({ at }) => now - at < window), { at: now, pods }];
    const all = recommended.map((entry) => entry.pods);
    return Math.min(Math.max(replicas, Math.min(...all)), Math.max(...all));
  }

  return {
    step({ cpuPercent = 0, readyPods }) {
      now += 1;
      usages = [...usages, cpuPercent].slice(-syncSeconds);
      if (now % syncSeconds === 0 && readyPods > 0) {
        const usage = usages.reduce((sum, value) => sum + value, 0) / usages.length;
        const added = Math.max(2 * replicas, replicas + 4);
        replicas = Math.min(Math.max(Math.min(stabilize(recommend(usage, readyPods)), added), least), most);
      }
      return {
        desired: replicas,
        replicas,
        excessBurstCapacity: 0,
        isProxied: false,
        state: readyPods >= least ? "active" : "activating",
        isPanicking: false,
      };
    },
  };
}
