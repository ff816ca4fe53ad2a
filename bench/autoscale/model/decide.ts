import type { Settings } from "./settings.ts";
import { createMaximumWindow } from "./windows.ts";

/** Seconds between two decisions. */
export const tickSeconds = 2;

/** What a decision is made from. */
export interface Observed {
  readyPods: number;
  /** The metric of all pods, as its average over the window, and over the panic window. */
  stable: number;
  panic: number;
}

export interface Decision {
  desired: number;
  /** Spare capacity of the ready pods beyond the target burst capacity. Below 0 the activator is in the path. */
  excessBurstCapacity: number;
}

/** Decides how many pods a load needs. Its state is panic mode and the delay of scaling down. */
export interface Decider {
  decide: (now: number, observed: Observed) => Decision;
  isPanicking: () => boolean;
}

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

/** As Scale of https://github.com/knative/serving/blob/main/pkg/autoscaler/scaling/autoscaler.go */
export function createDecider(settings: Settings): Decider {
  const { target, total, activationScale, targetBurstCapacity, window, scaleDownDelay } = settings;
  const delay = scaleDownDelay > 0 ? createMaximumWindow(scaleDownDelay, tickSeconds) : undefined;
  let panicSince: number | undefined;
  let mostInPanic = 0;

  const spareFor = (readyPods: number, panic: number): number => {
    if (targetBurstCapacity === 0) return 0;
    return targetBurstCapacity < 0 ? -1 : Math.floor(readyPods * total - targetBurstCapacity - panic);
  };

  return {
    decide(now, { readyPods, stable, panic }) {
      const ready = Math.max(1, readyPods);
      const most = Math.ceil(settings.maxScaleUpRate * ready);
      const least = Math.floor(ready / settings.maxScaleDownRate);
      const forStable = Math.ceil(stable / target);
      const forPanic = Math.ceil(panic / target);
      const bound = (pods: number) =>
        Math.max(Math.trunc(clamp(pods, least, most)), activationScale > 1 && pods > 0 ? activationScale : 0);

      if (forPanic / ready >= settings.panicThreshold) panicSince = now;
      else if (panicSince !== undefined && panicSince + window < now) {
        panicSince = undefined;
        mostInPanic = 0;
      }
      let desired = bound(forStable);
      // In panic mode pods are only added.
      if (panicSince !== undefined) {
        mostInPanic = Math.max(mostInPanic, desired, bound(forPanic));
        desired = mostInPanic;
      }
      return {
        desired: delay ? delay.record(now, desired) : desired,
        excessBurstCapacity: spareFor(readyPods, panic),
      };
    },
    isPanicking: () => panicSince !== undefined,
  };
}
