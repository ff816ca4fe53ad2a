/** The options of the simulation: settings that differ from those of the charts, and what a pod is like. */
import { readFileSync } from "node:fs";
import { readWhole, refuse } from "../../scripts/options.mjs";

const text = (value, description, more = {}) => ({ type: "string", value, description, ...more });

/** Option: the annotation `autoscaling.knative.dev/...`. */
const annotations = {
  class: ["class", "kpa or hpa"],
  metric: ["metric", "concurrency or rps; hpa: cpu"],
  target: ["target", "load of one pod"],
  utilization: ["target-utilization-percentage", "percent of the target at which pods are added"],
  window: ["window", "time over which the load is averaged, such as 30s"],
  "panic-window": ["panic-window-percentage", "percent of the window"],
  "panic-threshold": ["panic-threshold-percentage", "percent of what the pods manage"],
  tbc: ["target-burst-capacity", "spare capacity below which the activator is in the path; -1: always"],
  min: ["min-scale", "minimum number of pods"],
  max: ["max-scale", "maximum number of pods"],
  "initial-scale": ["initial-scale", "pods of a new revision; then the load meets one"],
  "activation-scale": ["activation-scale", "pods that start together from zero"],
  "scale-down-delay": ["scale-down-delay", "time with lower demand before pods are removed"],
  retention: ["scale-to-zero-pod-retention-period", "time that the last pod stays"],
};

/** Option: the entry of the ConfigMap config-autoscaler. */
const entries = {
  grace: ["scale-to-zero-grace-period", "time in the activator's path before the last pod is removed"],
  "max-scale-up-rate": ["max-scale-up-rate", "ratio of pods to ready pods, at most"],
  "max-scale-down-rate": ["max-scale-down-rate", "ratio of ready pods to pods, at most"],
  "max-scale-limit": ["max-scale-limit", "highest --max that the cluster accepts; 0: any"],
};

const toOptions = (table) =>
  Object.fromEntries(Object.entries(table).map(([name, [, description]]) => [name, text("VALUE", description)]));

export const simulateOption = {
  simulate: {
    type: "boolean",
    default: false,
    description: "without a cluster: simulated pods, by Knative's rules. --simulate --help has its options",
  },
};

/** From zero over a few to many and back: for a target of 100 concurrent requests this takes one to four pods. */
const usual = "0:10,20:30,250:60,20:30,0:120";

const usage = `
npm run demo:autoscale -- --simulate [--metric=rps] [--window=30s] ...

Simulates a load, pods, and the decisions of Knative's autoscaler: draws a line for each second, and a
picture at the end. Settings are those of the chart, except for those that you give. Needs no cluster.
`;

const options = {
  ...simulateOption,
  load: text("STEPS", "connections:seconds, with commas between; 50/s:30 is a rate, 10-300:60 a ramp", {
    default: usual,
  }),
  environment: text("NAME", "settings of the charts for kind, staging or production", { default: "kind" }),
  ...toOptions(annotations),
  ...toOptions(entries),
  "container-concurrency": text("N", "maximum number of concurrent requests in one pod"),
  "cold-start": text("SECONDS", "time until a new pod is ready", { default: "5.2" }),
  "service-time": text("MS", "of a request that waits for nothing", { default: "100" }),
  capacity: text("N", "requests a second of one pod (measured on one core)"),
  speed: text("N", "seconds that are drawn in a second; 0: all at once. On a terminal 20"),
  out: text("FILE", "of the results, without an ending", { default: ".cache/autoscale" }),
};

export const whatIf = { usage, options };

function readNumber(name, value, [least, most]) {
  const number = Number(value);
  return value.trim() !== "" && number >= least && number <= most
    ? number
    : refuse(`--${name}: a number from ${least} to ${most}, not "${value}"`);
}

/** Requests a second that the server answered from its cache on one core, each logged. */
function measuredCapacity() {
  const { results } = JSON.parse(readFileSync(new URL("../results/speed.json", import.meta.url), "utf8"));
  return results.throughput.find(({ name }) => name.includes("hits logged, traces unsampled")).perSecond;
}

/** Time of a pod in the state "ending" in the picture. It serves nothing then. */
const stop = 5;

const words = new Set(["class", "metric"]);
/** Least seconds of a duration, and whether it has no parts of one. */
const durations = {
  window: { least: 6, isWhole: true },
  "scale-down-delay": { least: 0, isWhole: true },
  retention: { least: 0 },
  grace: { least: 0.001 },
};

const mostPods = 1000;

/** What Knative accepts (pkg/apis/autoscaling/annotation_validation.go, pkg/autoscaler/config), with an end where it has none. */
const numbers = {
  target: [0.01, 1e6],
  utilization: [1, 100],
  "panic-window": [1, 100],
  "panic-threshold": [110, 1000],
  tbc: [-1, 1e6],
  min: [0, mostPods],
  max: [0, mostPods],
  "initial-scale": [1, mostPods],
  "activation-scale": [2, mostPods],
  "max-scale-up-rate": [1, 1000],
  "max-scale-down-rate": [1, 1000],
  "max-scale-limit": [0, mostPods],
};
const wholes = new Set(["min", "max", "initial-scale", "activation-scale", "max-scale-limit"]);

/** Options of the simulation only: the first of a command line. */
export function findWhatIf(args, own) {
  const names = args.map((arg) => /^--([\w-]+)/.exec(arg)?.[1]);
  return names.find((name) => Object.hasOwn(options, name ?? "") && !Object.hasOwn(own, name));
}

/** Settings and world of a simulation. */
export async function readWhatIf(values) {
  const { environments, readDeployed } = await import("./model/manifests.ts");
  const { toSeconds, toSettings } = await import("./model/settings.ts");
  const { environment } = values;
  if (!environments.includes(environment))
    refuse(`--environment: one of ${environments.join(", ")}, not "${environment}"`);
  if (![undefined, "kpa", "hpa"].includes(values.class)) refuse(`--class: kpa or hpa, not "${values.class}"`);
  const deployed = readDeployed(environment);
  const readSeconds = (name, value) => {
    let seconds = 0;
    try {
      seconds = toSeconds(value);
    } catch (error) {
      refuse(`--${name}: ${error.message}`);
    }
    const { least, isWhole } = durations[name];
    if (seconds > 3600) refuse(`--${name}: at most 1h, not "${value}"`);
    if (seconds < least) refuse(`--${name}: at least ${least}s, not "${value}"`);
    if (isWhole && !Number.isInteger(seconds)) refuse(`--${name}: whole seconds, not "${value}"`);
  };
  const change = (table, prefix) =>
    Object.fromEntries(
      Object.entries(table).flatMap(([name, [key]]) => {
        const value = values[name];
        if (value === undefined) return [];
        if (Object.hasOwn(durations, name)) readSeconds(name, value);
        else if (wholes.has(name)) readWhole(name, value, { min: numbers[name][0], max: numbers[name][1] });
        else if (!words.has(name)) readNumber(name, value, numbers[name]);
        return [[prefix + key, value]];
      }),
    );
  const concurrency = values["container-concurrency"];
  const settings = toSettings({
    annotations: { ...deployed.annotations, ...change(annotations, "autoscaling.knative.dev/") },
    config: { ...deployed.config, ...change(entries, "") },
    containerConcurrency:
      concurrency === undefined
        ? deployed.containerConcurrency
        : readWhole("container-concurrency", concurrency, { min: 0, max: 1000 }),
  });
  checkSettings(settings);
  return {
    settings,
    speed: values.speed === undefined ? undefined : readNumber("speed", values.speed, [0, 1000]),
    world: {
      coldStart: readNumber("cold-start", values["cold-start"], [0, 600]),
      serviceTime: readNumber("service-time", values["service-time"], [0.001, 60_000]) / 1000,
      perSecond: values.capacity === undefined ? measuredCapacity() : readNumber("capacity", values.capacity, [1, 1e6]),
      stop,
      cpuRequest: deployed.cpuRequest,
      isNew: values["initial-scale"] !== undefined,
    },
  };
}

/** Refuses what Knative refuses of settings together. */
function checkSettings({
  class: name,
  metric,
  minScale,
  maxScale,
  maxScaleLimit,
  activationScale,
  targetBurstCapacity,
  ...rates
}) {
  const metrics = name === "hpa" ? ["cpu"] : ["concurrency", "rps"];
  if (!metrics.includes(metric)) refuse(`--metric: ${metrics.join(" or ")} with class ${name}, not "${metric}"`);
  if (maxScaleLimit > 0 && !(maxScale >= 1 && maxScale <= maxScaleLimit))
    refuse(`--max: from 1 to ${maxScaleLimit}, not ${maxScale}. --max-scale-limit sets another end`);
  if (maxScale > 0 && minScale > maxScale) refuse("--min: must not exceed --max");
  if (targetBurstCapacity < 0 && targetBurstCapacity !== -1) refuse("--tbc: a number from 0, or -1");
  if (activationScale > 0 && minScale > activationScale) refuse("--activation-scale: at least --min");
  if (activationScale > 0 && maxScale > 0 && maxScale < activationScale)
    refuse("--activation-scale: must not exceed --max");
  if (!(rates.maxScaleUpRate > 1)) refuse("--max-scale-up-rate: above 1");
  if (!(rates.maxScaleDownRate > 1)) refuse("--max-scale-down-rate: above 1");
}
