import { createHpa } from "./hpa.ts";
import { createKpa, type Measured, type Step as Decided } from "./kpa.ts";
import { type Step, toLabel } from "./load.ts";
import { createPods, type PodCounts, type PodTimes } from "./pods.ts";
import { type Capacity, createService } from "./service.ts";
import type { Settings } from "./settings.ts";

/** A second of the simulation. */
export interface Sample {
  second: number;
  /** Of the load: a number for the picture, and words. */
  connections: number;
  label: string;
  requests: number;
  failed: 0;
  p50: number | undefined;
  p99: number | undefined;
  pods: PodCounts & { wanted: number };
  isProxied: boolean;
  isPanicking: boolean;
}

/** What the autoscaler was told in a second, and what it did. */
export interface Exchange {
  measured: Measured;
  starting: number;
  decided: Decided;
}

export interface World extends PodTimes, Omit<Capacity, "containerConcurrency"> {
  /** Cores that a pod requests: CPU utilization is relative to it. */
  cpuRequest: number;
  /** The load meets a new revision, and not one that had no request for long. */
  isNew?: boolean;
}

export interface Simulation {
  samples: Sample[];
  /** Also of the time before the load. */
  exchanges: Exchange[];
}

/** Time for a new revision to start, to be found idle, and to be scaled to zero if that is allowed. */
function toSettle({ window, gracePeriod, podRetention, scaleDownDelay }: Settings, { coldStart }: World): number {
  return 10 + Math.ceil(coldStart + 2 * window + scaleDownDelay + Math.max(gracePeriod, podRetention));
}

/** A load on pods whose number the autoscaler decides. */
export function simulate(settings: Settings, load: readonly Step[], world: World): Simulation {
  const autoscaler = settings.class === "hpa" ? createHpa(settings) : createKpa(settings);
  const pods = createPods(world);
  const service = createService({ ...world, containerConcurrency: settings.containerConcurrency });
  const idle: Step = { kind: "connections", from: 0, to: 0, seconds: world.isNew ? 0 : toSettle(settings, world) };
  const samples: Sample[] = [];
  const exchanges: Exchange[] = [];
  pods.scale(0, settings.initialScale);
  let now = 0;
  let replicas = settings.initialScale;
  for (const step of [idle, ...load]) {
    for (let passed = 0; passed < step.seconds; passed += 1) {
      now += 1;
      const share = passed / step.seconds;
      const second = service.pass(now, step, share, (time) => pods.count(time).ready);
      const { ready, starting } = pods.count(now);
      // Pods and the activator report; without pods the activator does, as long as it has requests.
      const isReported = ready > 0 || second.concurrency > 0;
      const measured: Measured = {
        concurrency: isReported ? second.concurrency : undefined,
        requests: second.arrived,
        readyPods: ready,
        cpuPercent: (100 * second.answered) / world.perSecond / world.cpuRequest,
      };
      const decided = autoscaler.step(measured);
      // The activator reports the first request at once, and the decision follows at once.
      pods.scale(replicas === 0 ? now - 1 : now, decided.replicas);
      replicas = decided.replicas;
      exchanges.push({ measured, starting, decided });
      if (step === idle) continue;
      samples.push({
        second: now - idle.seconds - 1,
        connections: Math.round(step.from + (step.to - step.from) * share),
        label: toLabel(step),
        requests: second.answered,
        failed: 0,
        p50: second.p50,
        p99: second.p99,
        pods: { ...pods.count(now), wanted: decided.replicas },
        isProxied: decided.isProxied,
        isPanicking: decided.isPanicking,
      });
    }
  }
  return { samples, exchanges };
}
