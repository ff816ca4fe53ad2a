import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, herd, type Pods, type Seen, startPods, tally } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import type { RedisProcess } from "../support/redis-process.ts";
import { startSentinels } from "../support/sentinels.ts";
import { expectSharing } from "./served.ts";

/** Fresh lifetime of entries, in seconds: some expire in each second of a fail-over. */
const lifetime = 3;
const processes = 3;

interface Place {
  url: string;
  /** The master that is killed. */
  victim: RedisProcess;
}

async function sentinels(): Promise<Place> {
  const redis = await startSentinels({ replicas: 2 });
  onTestFinished(redis.stop);
  return { url: redis.url, victim: redis.servers[0]! };
}

async function redisCluster(): Promise<Place> {
  const redis = await startRedisCluster();
  onTestFinished(redis.stop);
  return { url: redis.url, victim: redis.masters[0]!.server };
}

/** Clients of all processes that ask for some keys without a pause, until it is stopped. */
function startLoad({ pods }: Pods, paths: readonly string[]) {
  const seen: Seen[] = [];
  const over = new AbortController();
  const clients = Array.from({ length: 4 * pods.length }, async (_, n) => {
    for (let turn = n; !over.signal.aborted; turn += 1) {
      seen.push(await ask(`${pods[n % pods.length]!.url}${paths[turn % paths.length]!}`));
      await sleep(5);
    }
  });
  return {
    seen,
    async stop() {
      over.abort();
      await Promise.all(clients);
    },
  };
}

/** Calls for a cold key that every process is asked for at once. */
async function callsOfHerd(cluster: Pods): Promise<number> {
  const since = freshSince();
  const seen = await herd(cluster, `/octocat?per_page=1&since=${since}`, 2 * processes);
  expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200));
  return (await standIn({ github: cluster.github }).calls(bySince(since))).length;
}

/** Calls of a key that came while the entry of the call before was still fresh. */
async function extraCalls(cluster: Pods, since: string): Promise<number> {
  const times = (await standIn({ github: cluster.github }).calls(bySince(since)))
    .map(({ time }) => time)
    .toSorted((a, b) => a - b);
  return times.filter((at, index) => index > 0 && at - times[index - 1]! < (lifetime - 0.5) * 1000).length;
}

describe.runIf(hasRedis()).each([
  ["of a Sentinel trio", sentinels],
  ["of a Cluster", redisCluster],
])("the master %s, killed under load", (_, startPlace) => {
  test("no request fails, each key costs one call more at most, and soon none", async () => {
    const { url, victim } = await startPlace();
    const cluster = await startPods(processes, {
      REDIS_URL: url,
      CACHE_TTL_SECONDS: String(lifetime),
      CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    });
    onTestFinished(cluster.stop);
    await expectSharing(cluster, () => `/octocat?per_page=1&since=${freshSince()}`);
    await standIn({ github: cluster.github }).fault({ kind: "latency", ms: 50 });
    const keys = Array.from({ length: 15 }, freshSince);
    const load = startLoad(
      cluster,
      keys.map((since) => `/octocat?per_page=1&since=${since}`),
    );
    onTestFinished(load.stop);
    await sleep(1500);
    const killed = performance.now();
    await victim.kill();
    await expect.poll(() => callsOfHerd(cluster), { timeout: 20_000, interval: 100 }).toBe(1);
    let back = performance.now() - killed;
    // One for all again, of many keys.
    for (let round = 0; round < 10; round += 1) {
      const calls = await callsOfHerd(cluster);
      if (calls > 1) back = performance.now() - killed;
    }
    await load.stop();
    const extra = await Promise.all(keys.map((since) => extraCalls(cluster, since)));
    const slowest = Math.max(...load.seen.map(({ took }) => took));
    console.log({ back, extra, requests: load.seen.length, slowest });
    expect(tally(load.seen.map(({ status }) => status))).toEqual(new Map([[200, load.seen.length]]));
    expect(Math.max(...extra), "calls more than the least, by key").toBeLessThanOrEqual(1);
    expect(back).toBeLessThan(8000);
  });
});
