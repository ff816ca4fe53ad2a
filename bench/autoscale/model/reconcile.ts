import type { Decision } from "./decide.ts";
import type { Settings } from "./settings.ts";

/** State of a revision. */
export interface Revision {
  state: "activating" | "active" | "inactive";
  replicas: number;
  /** If the activator is in the path of requests. */
  isProxied: boolean;
}

/** Brings the desired number of pods within its bounds, and takes the steps to zero and back. */
export interface Reconciler {
  reconcile: (now: number, decision: Decision, readyPods: number) => Revision;
}

/**
 * Time after which a revision that does not start is scaled to zero: the default progress deadline, and a buffer
 * (activationTimeoutBuffer).
 */
const activationTimeout = 600 + 30;

/**
 * As https://github.com/knative/serving/blob/main/pkg/reconciler/autoscaling/kpa/scaler.go and kpa.go next to it. The
 * network is taken to be programmed at once. `replicas` are those of a new Deployment.
 */
export function createReconciler(settings: Settings, replicas: number): Reconciler {
  const { minScale, maxScale, initialScale, window, gracePeriod, podRetention, targetBurstCapacity } = settings;
  let revision: Revision = { state: "activating", replicas, isProxied: true };
  let stateSince = 0;
  let proxiedSince = 0;
  let hasStarted = false;

  /** The wanted pods, or -1; and whether they are applied. */
  function toZero(now: number): [wanted: number, isApplied: boolean] {
    const elapsed = now - stateSince;
    if (!settings.scaleToZero) return [1, true];
    if (revision.state === "activating") return elapsed > activationTimeout ? [0, true] : [-1, false];
    if (revision.state === "active") return elapsed >= window ? [0, false] : [1, true];
    if (targetBurstCapacity !== -1 && !revision.isProxied) return [0, false];
    if (elapsed >= Math.max(gracePeriod, podRetention)) return [0, true];
    if (podRetention > 0 && elapsed < podRetention) return [0, false];
    const isProxiedLongEnough = revision.isProxied && now - proxiedSince >= gracePeriod;
    return [0, isProxiedLongEnough];
  }

  function scale(now: number, desired: number): number {
    if (desired < 0 && revision.state !== "activating") return desired;
    const least = hasStarted || initialScale <= 1 ? minScale : Math.max(initialScale, minScale);
    const bounded = desired < least ? least : maxScale > 0 ? Math.min(desired, maxScale) : desired;
    const [wanted, isApplied] = bounded === 0 ? toZero(now) : [bounded, true];
    if (isApplied) revision = { ...revision, replicas: wanted };
    return wanted;
  }

  function toState(wanted: number, readyPods: number): Revision["state"] {
    const threshold = hasStarted ? Math.max(minScale, 1) : Math.max(minScale, initialScale);
    if (readyPods >= threshold) hasStarted = true;
    if (wanted === 0 || threshold === 0) return "inactive";
    if (wanted < 0 && revision.state === "inactive") return "inactive";
    return readyPods < threshold ? "activating" : "active";
  }

  return {
    reconcile(now, { desired, excessBurstCapacity }, readyPods) {
      const wanted = scale(now, desired);
      const isProxied = !(wanted > 0 && excessBurstCapacity >= 0);
      if (isProxied && !revision.isProxied) proxiedSince = now;
      const state = toState(wanted, readyPods);
      if (state !== revision.state) stateSince = now;
      revision = { ...revision, state, isProxied };
      return revision;
    },
  };
}
