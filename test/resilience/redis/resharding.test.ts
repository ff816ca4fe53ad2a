import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { startPods, tally } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { callsOfHerd, extraCalls, startLoad, untilShared } from "./load.ts";
import { timeout } from "./served.ts";

const lifetime = 3;

describe.runIf(hasRedis())("slots of a Cluster that move to another master under load", () => {
  test("no request fails, and no key costs more than one call more", async () => {
    const redis = await startRedisCluster();
    onTestFinished(redis.stop);
    const cluster = await startPods(3, {
      REDIS_URL: redis.url,
      SHARED_CACHE_TIMEOUT_MS: String(timeout),
      CACHE_TTL_SECONDS: String(lifetime),
      CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    });
    onTestFinished(cluster.stop);
    await untilShared(cluster, 30_000);
    await standIn({ github: cluster.github }).fault({ kind: "latency", ms: 50 });
    const keys = Array.from({ length: 10 }, freshSince);
    const load = startLoad(
      cluster,
      keys.map((since) => `/octocat?per_page=1&since=${since}`),
    );
    onTestFinished(load.stop);
    const readEntries = async () => (await redis.keys()).filter((key) => key.startsWith("edge-gists:2:{"));
    await expect.poll(async () => (await readEntries()).length).toBeGreaterThanOrEqual(keys.length);
    let moved = 0;
    const [first] = redis.masters;
    for (const key of await readEntries()) {
      const slot = await first!.client.cluster("KEYSLOT", key);
      const from = await redis.holder(slot);
      const to = redis.masters[(redis.masters.indexOf(from) + 1) % 3]!;
      await redis.move(slot, from, to);
      moved += 1;
      await sleep(100);
    }
    expect(await callsOfHerd(cluster)).toBe(1);
    await load.stop();
    expect(moved).toBeGreaterThan(keys.length / 2);
    expect(tally(load.seen.map(({ status }) => status))).toEqual(new Map([[200, load.seen.length]]));
    const extra = await Promise.all(keys.map((since) => extraCalls(cluster, since, lifetime)));
    expect(Math.max(...extra)).toBeLessThanOrEqual(1);
    expect(await redis.keys()).not.toEqual([]);
  });
});
