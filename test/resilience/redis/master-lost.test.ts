import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { startPods, tally } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import type { RedisProcess } from "../support/redis-process.ts";
import { startSentinels } from "../support/sentinels.ts";
import { callsOfHerd, extraCalls, startLoad, untilShared } from "./load.ts";

/** Fresh lifetime of entries, in seconds: some expire in each second of a fail-over. */
const lifetime = 3;
const processes = 3;

interface Place {
  url: string;
  /** The master that is lost. */
  victim: RedisProcess;
  /** True once another server is the master in its place. */
  isReplaced(): Promise<boolean>;
}

async function sentinels(): Promise<Place> {
  const redis = await startSentinels({ replicas: 2 });
  onTestFinished(redis.stop);
  const victim = redis.servers[0]!;
  return { url: redis.url, victim, isReplaced: async () => (await redis.master()) !== victim };
}

async function redisCluster(): Promise<Place> {
  const redis = await startRedisCluster();
  onTestFinished(redis.stop);
  const isReplaced = async () => (await redis.replicas[0]!.client.info("replication")).includes("role:master");
  return { url: redis.url, victim: redis.masters[0]!.server, isReplaced };
}

const places = [
  ["sentinel", "of a Sentinel trio", sentinels],
  ["cluster", "of a Cluster", redisCluster],
] as const;

describe.runIf(hasRedis()).each(places)("%s: the master %s under load", (topology, _, startPlace) => {
  test.each<[string, (victim: RedisProcess) => unknown]>([
    ["killed", (victim) => victim.kill()],
    ["hanging, its connections open", (victim) => victim.freeze()],
  ])("%s: no request fails, each key costs one call more at most, and soon none", async (_how, lose) => {
    const { url, victim, isReplaced } = await startPlace();
    const cluster = await startPods(processes, {
      REDIS_URL: url,
      CACHE_TTL_SECONDS: String(lifetime),
      CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
      // Longer than a fail-over takes on a busy machine.
      SHARED_CACHE_WAIT_MS: "5000",
    });
    onTestFinished(cluster.stop);
    await untilShared(cluster, 30_000);
    await standIn({ github: cluster.github }).fault({ kind: "latency", ms: 50 });
    const keys = Array.from({ length: 15 }, freshSince);
    const load = startLoad(
      cluster,
      keys.map((since) => `/octocat?per_page=1&since=${since}`),
    );
    onTestFinished(load.stop);
    await sleep(1500);
    const lost = performance.now();
    await lose(victim);
    await expect.poll(isReplaced, { timeout: 20_000, interval: 20 }).toBe(true);
    const replaced = performance.now();
    // Of many keys, so that each server has some.
    let back = replaced;
    for (let good = 0; good < 10 && performance.now() - replaced < 20_000; good += 1)
      if ((await callsOfHerd(cluster)) > 1) [good, back] = [-1, performance.now()];
    await load.stop();
    const extra = await Promise.all(keys.map((since) => extraCalls(cluster, since, lifetime)));
    const slowest = Math.max(...load.seen.map(({ took }) => took));
    console.log(
      `replaced after ${Math.round(replaced - lost)} ms, one call for all again ${Math.round(back - replaced)} ms later;`,
      `${load.seen.length} requests, the slowest ${Math.round(slowest)} ms; calls more by key: ${extra.join(" ")}`,
    );
    expect(tally(load.seen.map(({ status }) => status))).toEqual(new Map([[200, load.seen.length]]));
    expect(Math.max(...extra), "calls more than the least, by key").toBeLessThanOrEqual(1);
    expect(await cluster.metric("redis_servers_lost_total", { topology })).toBeGreaterThanOrEqual(processes);
    expect(await cluster.metric("redis_connections", { topology })).toBeGreaterThanOrEqual(processes);
    expect(back - replaced, "one call for all again").toBeLessThan(5000);
  });
});
