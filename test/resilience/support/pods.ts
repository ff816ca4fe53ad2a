import { createHash } from "node:crypto";
import { startNode } from "../../../harness/start-node.ts";
import { startStandIn } from "../../../harness/start-stand-in.ts";
import { defaultToken } from "../../../harness/start-target.ts";
import type { Env, Target } from "../../../harness/target.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { metric } from "./metrics.ts";

/** Several processes of the built Node server, on one stand-in. */
export interface Pods {
  /** The stand-in's origin. */
  github: string;
  pods: Target[];
  /** Calls that GitHub got for a path below its origin. */
  calls(path: string): Promise<number>;
  /** A metric's sum over all processes. */
  metric(name: string, labels?: Record<string, string>): Promise<number>;
  /** Lines of all logs that hold a text. */
  logged(text: string): string[];
  stop(): Promise<void>;
}

export async function startPods(count: number, env: Env): Promise<Pods> {
  const github = await startStandIn();
  const settings = { GITHUB_API_URL: github.url, GITHUB_TOKEN: defaultToken, UPSTREAM_RETRIES: "0", ...env };
  const pods = await Promise.all(Array.from({ length: count }, () => startNode(settings)));
  return {
    github: github.url,
    pods,
    calls: async (path) => (await standIn({ github: github.url }).calls((call) => call.path === path)).length,
    async metric(name, labels) {
      const values = await Promise.all(pods.map((pod) => metric(pod.url, name, labels)));
      return values.reduce((sum, value) => sum + value, 0);
    },
    logged: (text) => pods.flatMap((pod) => pod.logs()).filter((line) => line.includes(text)),
    async stop() {
      await Promise.all(pods.map((pod) => pod.stop()));
      await github.stop();
    },
  };
}

/** The response to one client, its body as a digest. */
export interface Seen {
  status: number;
  digest: string;
  cacheStatus: string;
  /** Milliseconds. */
  took: number;
}

/** One client's request. */
export async function ask(url: string): Promise<Seen> {
  const since = performance.now();
  const response = await fetch(url);
  const body = new Uint8Array(await response.arrayBuffer());
  return {
    status: response.status,
    digest: createHash("sha256").update(body).digest("hex"),
    cacheStatus: response.headers.get("cache-status") ?? "",
    took: performance.now() - since,
  };
}

/** As many clients at once, spread over the processes. */
export function herd({ pods }: Pick<Pods, "pods">, path: string, clients: number): Promise<Seen[]> {
  return Promise.all(Array.from({ length: clients }, (_, n) => ask(`${pods[n % pods.length]!.url}${path}`)));
}

/** How often each value occurs. */
export function tally<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
