import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { notable } from "../../../stand-in/octocat.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { startPods } from "../support/pods.ts";
import { patient, purge, visit } from "../support/purging.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import type { RedisProcess } from "../support/redis-process.ts";
import { startSentinels } from "../support/sentinels.ts";

const id = notable.talkative;
const path = `/gists/${id}`;

interface Place {
  url: string;
  /** The server that has the purges. */
  findServer: () => Promise<RedisProcess>;
}

async function sentinels(): Promise<Place> {
  const redis = await startSentinels({ replicas: 2 });
  onTestFinished(redis.stop);
  return { url: redis.url, findServer: redis.master };
}

async function redisCluster(): Promise<Place> {
  const redis = await startRedisCluster();
  onTestFinished(redis.stop);
  return {
    url: redis.url,
    async findServer() {
      const slot = Number(await redis.masters[0]!.client.cluster("KEYSLOT", "{purges}"));
      return (await redis.holder(slot)).server;
    },
  };
}

describe.runIf(hasRedis()).each([
  ["Sentinels", sentinels],
  ["a Cluster", redisCluster],
])("a purge over %s", (_, startPlace) => {
  test("reaches every replica, and again after the master with the purges is killed", async () => {
    const { url, findServer } = await startPlace();
    const cluster = await startPods(3, { REDIS_URL: url, ...patient });
    onTestFinished(cluster.stop);
    const { pods } = cluster;
    const github = standIn({ github: cluster.github });
    const forms = [path, `${path}/comments`, "/octocat?per_page=100", "/octocat?all=true"];
    async function expectText(description: string): Promise<void> {
      for (const pod of pods)
        for (const form of [path, "/octocat?all=true"])
          await expect.poll(async () => (await visit(pod, form)).text.includes(`"${description}"`)).toBe(true);
    }
    await github.edit(id, { description: "first" });
    for (const pod of pods) for (const form of forms) await visit(pod, form);
    await expectText("first");

    await github.edit(id, { description: "second" });
    // A Cluster that has just met may not confirm the first one: 503 asks to try again.
    await expect.poll(async () => (await purge(pods[0]!, path)).status, { timeout: 30_000 }).toBe(204);
    await sleep(100);
    await expectText("second");

    const server = await findServer();
    await server.kill();
    await github.edit(id, { description: "third" });
    await expect.poll(async () => (await purge(pods[1]!, path)).status, { timeout: 30_000 }).toBe(204);
    const received = async () => cluster.metric("cache_purges_received");
    await expect.poll(received, { timeout: 30_000 }).toBe(pods.length);
    await expectText("third");
  });
});
