import { readLoad } from "./load.ts";
import { type Source, type Texts, toSettings } from "./settings.ts";
import { simulate } from "./simulate.ts";

/** A load and settings for which the decisions of Knative's own autoscaler are recorded. */
export interface RecordedLoad {
  name: string;
  load: string;
  source: Source;
}

/** As recorded: see test/platform/autoscaler/knative. */
export interface Fixture extends Source {
  /** Concurrency (-1: nothing was measured), requests, ready and other pods of each second. */
  input: number[][];
  /** Desired pods, excess burst capacity, replicas, activator in the path, active (1, 0 or -1), panic. */
  decisions: number[][];
}

/** Fixed, so that the recording does not depend on the charts, which change. */
const world = { coldStart: 3.9, stop: 5, perSecond: 2000, serviceTime: 0.1, cpuRequest: 0.1 };

const source = (annotations: Texts, config: Texts = {}, containerConcurrency = 0): Source => ({
  annotations: Object.fromEntries(
    Object.entries({ class: "kpa.autoscaling.knative.dev", "max-scale": "20", ...annotations }).map(([name, value]) => [
      `autoscaling.knative.dev/${name}`,
      value,
    ]),
  ),
  config,
  containerConcurrency,
});

const byConcurrency = source({ metric: "concurrency", target: "100", "target-utilization-percentage": "70" });
const byRate = source({ metric: "rps", target: "100", "target-utilization-percentage": "70" });
const steps = "0:10,20:30,250:60,20:100,0:120";
const ramp = "0:5,0-600:120,600-0:120,0:130";
const burst = "0:5,5:30,900:20,5:120";

/** Three loads with both metrics, then the other settings. */
export const recordedLoads: readonly RecordedLoad[] = [
  { name: "steps-concurrency", load: steps, source: byConcurrency },
  { name: "steps-rps", load: "0:10,40/s:30,700/s:60,40/s:100,0/s:120", source: byRate },
  { name: "ramp-concurrency", load: ramp, source: byConcurrency },
  { name: "ramp-rps", load: "0:5,0-900/s:120,900-0/s:120,0/s:130", source: byRate },
  { name: "burst-concurrency", load: burst, source: byConcurrency },
  { name: "burst-rps", load: "0:5,20/s:30,1500/s:20,20/s:120", source: byRate },
  {
    name: "always-activator",
    load: burst,
    source: source({ "target-burst-capacity": "-1", "min-scale": "1", window: "30s", "activation-scale": "3" }),
  },
  {
    name: "never-activator",
    load: steps,
    source: source({
      "target-burst-capacity": "0",
      "scale-down-delay": "45s",
      "scale-to-zero-pod-retention-period": "50s",
      "initial-scale": "3",
    }),
  },
  {
    name: "slow-scaling",
    load: ramp,
    source: source(
      { target: "10", window: "40s", "panic-window-percentage": "20.0", "panic-threshold-percentage": "150.0" },
      {
        "max-scale-up-rate": "1.5",
        "max-scale-down-rate": "1.2",
        "scale-to-zero-grace-period": "15s",
        "min-scale": "2",
      },
    ),
  },
  {
    name: "container-concurrency",
    load: burst,
    source: source({ target: "80", "max-scale": "12", "target-utilization-percentage": "90" }, {}, 25),
  },
];

/** The simulation of a recorded load, in the form of its fixture. */
export function toFixture({ load, source }: RecordedLoad): Fixture {
  const { exchanges } = simulate(toSettings(source), readLoad(load), world);
  return {
    ...source,
    input: exchanges.map(({ measured, starting }) => [
      measured.concurrency ?? -1,
      measured.requests,
      measured.readyPods,
      starting,
    ]),
    decisions: exchanges.map(({ decided }) => [
      decided.desired,
      decided.excessBurstCapacity,
      decided.replicas,
      Number(decided.isProxied),
      { active: 1, activating: 0, inactive: -1 }[decided.state],
      Number(decided.isPanicking),
    ]),
  };
}
