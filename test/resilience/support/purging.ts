import { onTestFinished } from "vitest";
import { Redis } from "ioredis";
import type { Call } from "../../../stand-in/calls.ts";
import type { Env, Target } from "../../../harness/target.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { startPods } from "./pods.ts";
import { startRedisProcess } from "./redis-process.ts";

export const token = "purge-token-0123456789abcdef";

/** On a busy machine Redis may take longer than the default. What a timeout does is tested elsewhere. */
export const patient = { PURGE_TOKEN: token, SHARED_CACHE_TIMEOUT_MS: "1000" };

/** A request: a path, or one with header fields. */
export type Form = string | [path: string, headers: Record<string, string>];

/** The parts of a call to GitHub that name a resource. */
const toName = ({ path, query, headers }: Call) =>
  `${path}${query} ${headers["accept"]} ${headers["x-github-api-version"]}`;

/** Replicas over one Redis, ended with the test. */
export async function startReplicas(count: number, env: Env = {}) {
  const redis = await startRedisProcess();
  onTestFinished(redis.stop);
  const cluster = await startPods(count, { REDIS_URL: redis.url, ...patient, ...env });
  onTestFinished(cluster.stop);
  const client = new Redis(redis.port, { retryStrategy: () => 20 });
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  return { redis, client, cluster, pods: cluster.pods, github: standIn({ github: cluster.github }) };
}

export function purge({ url }: Pick<Target, "url">, path: string): Promise<Response> {
  return fetch(`${url}${path}`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
}

export async function visit({ url }: Pick<Target, "url">, form: Form) {
  const [path, headers] = typeof form === "string" ? [form, {}] : form;
  const response = await fetch(`${url}${path}`, { headers });
  const text = await response.text();
  return { status: response.status, text, cacheStatus: response.headers.get("cache-status") ?? "" };
}

/** The resources for which GitHub is called meanwhile. */
export async function callsOf(
  { github }: Pick<Awaited<ReturnType<typeof startReplicas>>, "github">,
  work: () => Promise<unknown>,
) {
  await github.forget();
  await work();
  return new Set((await github.calls()).map(toName));
}
