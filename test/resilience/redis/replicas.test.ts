import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, herd, startPods } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { startRedisProcess } from "../support/redis-process.ts";
import { startSentinels } from "../support/sentinels.ts";
import { expectSharing } from "./served.ts";

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

async function start(env: Record<string, string>) {
  const cluster = await startPods(3, { SHARED_CACHE_TIMEOUT_MS: "2000", ...env });
  onTestFinished(cluster.stop);
  return cluster;
}

/** How often a server executed GET by itself, not in a script of a master. */
async function readsOf(client: { info(section: string): Promise<string> }): Promise<number> {
  return Number(/cmdstat_get:calls=(\d+)/.exec(await client.info("commandstats"))?.[1] ?? 0);
}

describe.runIf(hasRedis())("entries read from replicas", () => {
  test.each([
    [
      "of a Cluster",
      async () => {
        const redis = await startRedisCluster();
        return { ...redis, clients: redis.replicas.map(({ client }) => client) };
      },
    ],
    [
      "of servers that Sentinels watch",
      async () => {
        const redis = await startSentinels();
        return { ...redis, clients: [redis.client(redis.servers[1]!)] };
      },
    ],
  ])("%s: they are asked, and a cold key costs one call", async (_, startPlace) => {
    const redis = await startPlace();
    onTestFinished(redis.stop);
    const cluster = await start({ REDIS_URL: redis.url, REDIS_READ_FROM: "replica" });
    await expectSharing(cluster, list);
    const before = await cluster.metric("shared_cache_errors_total");
    const github = standIn({ github: cluster.github });
    await github.fault({ kind: "latency", ms: 50 });
    for (let key = 0; key < 12; key += 1) {
      const since = freshSince();
      await herd(cluster, `/octocat?per_page=1&since=${since}`, 9);
      expect(await github.calls(bySince(since))).toHaveLength(1);
    }
    for (const client of redis.clients) expect(await readsOf(client)).toBeGreaterThan(0);
    expect(await cluster.metric("shared_cache_errors_total")).toBe(before);
  });

  test("that lag behind cost no call: after a lease the master is read", async () => {
    // An empty server lags behind for good.
    const [master, behind] = await Promise.all([startRedisProcess(), startRedisProcess()]);
    onTestFinished(master.stop);
    onTestFinished(behind.stop);
    const cluster = await start({ REDIS_URL: master.url, REDIS_READ_FROM: behind.url });
    for (let round = 0; round < 5; round += 1) {
      const since = freshSince();
      const path = `/octocat?per_page=1&since=${since}`;
      for (const { url } of cluster.pods) expect((await ask(`${url}${path}`)).status).toBe(200);
      expect(await standIn({ github: cluster.github }).calls(bySince(since))).toHaveLength(1);
    }
  });

  test("that are gone: the master is read instead", async () => {
    const [master, reader] = await Promise.all([startRedisProcess(), startRedisProcess()]);
    onTestFinished(master.stop);
    onTestFinished(reader.stop);
    const cluster = await start({ REDIS_URL: master.url, REDIS_READ_FROM: reader.url });
    await ask(`${cluster.pods[0]!.url}${list()}`);
    await reader.kill();
    await expectSharing(cluster, list);
    expect(await cluster.metric("shared_cache_errors_total")).toBe(0);
  });
});
