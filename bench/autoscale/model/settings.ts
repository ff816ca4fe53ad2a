/** The settings of a revision's autoscaler, from where Knative reads them: annotations, and config-autoscaler. */

/** Values by name, as in the manifests: all are text. */
export type Texts = Readonly<Record<string, string>>;

/** Where the settings come from. */
export interface Source {
  /** Of the revision; names begin with `autoscaling.knative.dev/`. */
  annotations: Texts;
  /** The data of the ConfigMap config-autoscaler. What it does not have, is Knative's default. */
  config: Texts;
  /** Maximum number of concurrent requests in one pod; 0 is no limit. */
  containerConcurrency: number;
}

/** Times are in seconds. */
export interface Settings {
  class: "kpa" | "hpa";
  metric: string;
  /** Value of the metric that a pod is meant to have: the target, reduced by the utilization. */
  target: number;
  /** Value of the metric that a pod is taken to manage. */
  total: number;
  containerConcurrency: number;
  minScale: number;
  /** 0: no limit. */
  maxScale: number;
  /** The highest maxScale that is accepted; 0: any. */
  maxScaleLimit: number;
  initialScale: number;
  /** 0: not set. */
  activationScale: number;
  window: number;
  panicWindow: number;
  /** Ratio of demanded to ready pods at which panic begins. */
  panicThreshold: number;
  maxScaleUpRate: number;
  maxScaleDownRate: number;
  scaleDownDelay: number;
  scaleToZero: boolean;
  gracePeriod: number;
  podRetention: number;
  /** -1: no limit. */
  targetBurstCapacity: number;
}

const prefix = "autoscaling.knative.dev/";
const units: Record<string, number> = { h: 3600, m: 60, s: 1, ms: 0.001 };

/**
 * Seconds of a Go duration such as `1m30s`.
 * @throws {Error} if it is none
 */
export function toSeconds(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g)];
  if (text !== "0" && (parts.length === 0 || parts.map(([part]) => part).join("") !== text))
    throw new Error(`a duration such as 60s or 1m30s, not "${text}"`);
  return parts.reduce((sum, [, value, unit = "s"]) => sum + Number(value) * (units[unit] ?? 0), 0);
}

/**
 * As Knative resolves them: an annotation first, then the configuration, then its default
 * (https://knative.dev/docs/serving/autoscaling, config/core/configmaps/autoscaler.yaml).
 */
export function toSettings({ annotations, config, containerConcurrency }: Source): Settings {
  const annotation = (name: string): string | undefined => annotations[prefix + name];
  const number = (name: string, usual: number) => Number(annotation(name) ?? config[name] ?? usual);
  const seconds = (name: string, usual: string) => toSeconds(annotation(name) ?? config[name] ?? usual);
  const className = (annotation("class") ?? "kpa").split(".")[0];
  const metric = annotation("metric") ?? (className === "hpa" ? "cpu" : "concurrency");

  const isConcurrency = metric === "concurrency";
  let total = isConcurrency
    ? containerConcurrency || Number(config["container-concurrency-target-default"] ?? 100)
    : Number(config["requests-per-second-target-default"] ?? 200);
  const target = annotation("target");
  if (target !== undefined) {
    total = Number(target);
    if (isConcurrency && containerConcurrency > 0) total = Math.min(total, containerConcurrency);
  }
  const percentage = Number(isConcurrency ? (config["container-concurrency-target-percentage"] ?? 70) : 70);
  const utilization = annotation("target-utilization-percentage");
  const fraction = utilization === undefined ? percentage / (percentage > 1 ? 100 : 1) : Number(utilization) / 100;

  const window = seconds("window", config["stable-window"] ?? "60s");
  const initialScale = number("initial-scale", 1);
  return {
    class: className === "hpa" ? "hpa" : "kpa",
    metric,
    target: className === "hpa" ? total : Math.max(0.01, total * fraction),
    total,
    containerConcurrency,
    minScale: number("min-scale", 0),
    maxScale: number("max-scale", 0),
    maxScaleLimit: Number(config["max-scale-limit"] ?? 0),
    initialScale:
      initialScale === 0 && config["allow-zero-initial-scale"] !== "true"
        ? Number(config["initial-scale"] ?? 1)
        : initialScale,
    activationScale: Number(annotation("activation-scale") ?? 0),
    window,
    panicWindow: Math.max(1, Math.round((window * number("panic-window-percentage", 10)) / 100)),
    panicThreshold: number("panic-threshold-percentage", 200) / 100,
    maxScaleUpRate: Number(config["max-scale-up-rate"] ?? 1000),
    maxScaleDownRate: Number(config["max-scale-down-rate"] ?? 2),
    scaleDownDelay: seconds("scale-down-delay", "0s"),
    scaleToZero: config["enable-scale-to-zero"] !== "false",
    gracePeriod: toSeconds(config["scale-to-zero-grace-period"] ?? "30s"),
    podRetention: seconds("scale-to-zero-pod-retention-period", "0s"),
    targetBurstCapacity: number("target-burst-capacity", 211),
  };
}
