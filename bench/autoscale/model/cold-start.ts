/** The parts of a start from zero, from what Kubernetes, the containers and the client tell of it. */

/** A pod, as far as it is read here. */
interface PodJson {
  metadata: { creationTimestamp: string };
  status: {
    conditions?: { type: string; status: string; lastTransitionTime: string }[];
    containerStatuses?: ContainerJson[];
    initContainerStatuses?: ContainerJson[];
  };
}

interface ContainerJson {
  name: string;
  state?: { running?: { startedAt: string } };
}

/** Times are in milliseconds since 1970. */
export interface Seen {
  pod: PodJson;
  /** Of the client's request. */
  sent: number;
  firstByte: number;
  /** Logs with timestamps of the container runtime (`kubectl logs --timestamps`). */
  logs: { service: string; proxy: string };
}

/** Moments in the order in which they should come. */
export const moments = [
  "created",
  "scheduled",
  "initialized",
  "proxy started",
  "service started",
  "proxy ready",
  "service listening",
  "pod ready",
  "first byte",
] as const;

export type Moment = (typeof moments)[number];

/** Those that Kubernetes tells in whole seconds, cut off. The others have milliseconds. */
export const coarse: ReadonlySet<Moment> = new Set([
  "created",
  "scheduled",
  "initialized",
  "proxy started",
  "service started",
  "pod ready",
]);

/** Time of the first line of a log that has a text. */
function timeOfLine(log: string, text: RegExp): number | undefined {
  const line = log.split("\n").find((line) => text.test(line));
  const time = Date.parse(line?.split(" ")[0] ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** Milliseconds from the request until each moment; undefined if nobody told it. */
export function toMoments({ pod, sent, firstByte, logs }: Seen): Record<Moment, number | undefined> {
  const { conditions = [], containerStatuses = [], initContainerStatuses = [] } = pod.status;
  const since = (time: number | string | undefined) =>
    time === undefined ? undefined : Math.round((typeof time === "string" ? Date.parse(time) : time) - sent);
  const condition = (name: string) =>
    conditions.find(({ type, status }) => type === name && status === "True")?.lastTransitionTime;
  const container = (name: string) =>
    [...containerStatuses, ...initContainerStatuses].find((status) => status.name === name)?.state?.running?.startedAt;
  return {
    created: since(pod.metadata.creationTimestamp),
    scheduled: since(condition("PodScheduled")),
    initialized: since(condition("Initialized")),
    "proxy started": since(container("istio-proxy")),
    "service started": since(container("edge-gists")),
    "proxy ready": since(timeOfLine(logs.proxy, /Envoy proxy is ready/)),
    "service listening": since(timeOfLine(logs.service, /"listening"/)),
    "pod ready": since(condition("Ready")),
    "first byte": since(firstByte),
  };
}

/** The value that a share of them does not exceed (nearest rank). */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
}

/** Percentiles of each moment over several starts. */
export function summarize(starts: readonly Record<Moment, number | undefined>[]) {
  return moments.map((moment) => {
    const values = starts.flatMap((start) => start[moment] ?? []);
    const at = (share: number) => percentile(values, share);
    return { moment, count: values.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), most: at(1) };
  });
}
