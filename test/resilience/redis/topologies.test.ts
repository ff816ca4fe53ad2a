import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, herd, type Pods, startPods } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { startSentinels } from "../support/sentinels.ts";
import { expectSharing } from "./served.ts";

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

async function start(env: Record<string, string>, count = 3) {
  const cluster = await startPods(count, { SHARED_CACHE_TIMEOUT_MS: "2000", ...env });
  onTestFinished(cluster.stop);
  await expectSharing(cluster, list);
  // The first connections of a busy machine take their time.
  const before = await cluster.metric("shared_cache_errors_total");
  const errors = async () => (await cluster.metric("shared_cache_errors_total")) - before;
  return { ...cluster, errors };
}

/** Clients of all processes on cold keys make one call for each key. */
async function expectOneCall(cluster: Pods, keys = 12) {
  const github = standIn({ github: cluster.github });
  await github.fault({ kind: "latency", ms: 50 });
  for (let key = 0; key < keys; key += 1) {
    const since = freshSince();
    const seen = await herd(cluster, `/octocat?per_page=1&since=${since}`, 9);
    expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200));
    expect(await github.calls(bySince(since))).toHaveLength(1);
  }
  await github.fault();
}

describe.runIf(hasRedis())("processes that share", () => {
  test("a Cluster: one call for each key, and an entry is on the master that has its lease", async () => {
    const redis = await startRedisCluster();
    onTestFinished(redis.stop);
    const cluster = await start({ REDIS_URL: redis.url });
    await expectOneCall(cluster);
    // A key's name chooses its master: of so many, each has some.
    for (let key = 0; key < 60; key += 1) await ask(`${cluster.pods[key % 3]!.url}${list()}`);
    for (const { client } of redis.masters) expect(await client.dbsize(), "each master has some").toBeGreaterThan(0);
    expect(await cluster.errors()).toBe(0);
  });

  test("servers that Sentinels watch: one call for each key", async () => {
    const redis = await startSentinels();
    onTestFinished(redis.stop);
    const cluster = await start({ REDIS_URL: `${redis.url}/3` });
    await expectOneCall(cluster);
    const client = redis.client(await redis.master());
    expect(await client.dbsize(), "not in the default database").toBe(0);
    await client.select(3);
    expect(await client.dbsize()).toBeGreaterThan(10);
    expect(await cluster.errors()).toBe(0);
  });
});
