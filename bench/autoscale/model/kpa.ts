import { createDecider, type Decision, tickSeconds } from "./decide.ts";
import { createReconciler, type Revision } from "./reconcile.ts";
import type { Settings } from "./settings.ts";
import { createAverageWindow } from "./windows.ts";

/** A second of a revision, as the autoscaler measures it. */
export interface Measured {
  /** Requests in progress on average, those that wait in the activator included. Undefined if nobody reported. */
  concurrency: number | undefined;
  requests: number;
  readyPods: number;
  /** Percent of a pod's CPU request, summed over the pods: for Kubernetes' autoscaler. */
  cpuPercent?: number;
}

export interface Step extends Decision, Revision {
  isPanicking: boolean;
}

/** An autoscaler, which is called once a second. */
export interface Autoscaler {
  step: (measured: Measured) => Step;
}

/** Time of a tick after the second's measurement. */
const half = 0.5;

/** Knative's autoscaler of one revision that was just created, with the pods of its initial scale under way. */
export function createKpa(settings: Settings): Autoscaler {
  const { metric, window, panicWindow, initialScale, total, targetBurstCapacity } = settings;
  const stable = createAverageWindow(window);
  const panic = createAverageWindow(panicWindow);
  const decider = createDecider(settings);
  const reconciler = createReconciler(settings, initialScale);
  const spare = targetBurstCapacity > 0 ? Math.trunc(initialScale * total - targetBurstCapacity) : targetBurstCapacity;
  let decision: Decision = { desired: -1, excessBurstCapacity: spare };
  let now = 0;

  reconciler.reconcile(half, decision, 0);
  const tick = (at: number, readyPods: number) => {
    // Without data nothing is decided. Without an address to scrape, which is not used if the activator always is in the
    // path, no data are no load.
    if (stable.isEmpty(at) && targetBurstCapacity !== -1) return;
    decision = decider.decide(at, { readyPods, stable: stable.average(at), panic: panic.average(at) });
  };

  return {
    step({ concurrency, requests, readyPods }) {
      now += 1;
      if (concurrency !== undefined) {
        const value = metric === "rps" ? requests : concurrency;
        stable.record(now, value);
        panic.record(now, value);
        // The activator's report of a request does not wait for a tick.
        if (decision.desired === 0 && concurrency !== 0) tick(now, readyPods);
      }
      if (now % tickSeconds === 0) tick(now + half, readyPods);
      const revision = reconciler.reconcile(now + half, decision, readyPods);
      return { ...decision, ...revision, isPanicking: decider.isPanicking() };
    },
  };
}
