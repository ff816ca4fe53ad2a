import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { standIn } from "../../contract/support/stand-in.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, herd, type Pods, startPods, tally } from "../support/pods.ts";
import { type RedisProcess, startRedisProcess } from "../support/redis-process.ts";

const clients = 1000;

/** Every request succeeded, with the same bytes. */
function expectAllEqual(seen: Awaited<ReturnType<typeof herd>>): void {
  expect(seen).toHaveLength(clients);
  expect(tally(seen.map(({ status }) => status))).toEqual(new Map([[200, clients]]));
  expect(new Set(seen.map(({ digest }) => digest)).size, "one body").toBe(1);
}

describe.runIf(hasRedis()).each([2, 4])("%i processes that share a Redis", (count) => {
  let redis: RedisProcess;
  let cluster: Pods;
  const github = () => standIn({ github: cluster.github });

  beforeAll(async () => {
    redis = await startRedisProcess();
    cluster = await startPods(count, {
      REDIS_URL: redis.url,
      CACHE_TTL_SECONDS: "6",
      CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    });
  });
  afterAll(async () => {
    await cluster.stop();
    await redis.stop();
  });

  test("a thousand clients on one cold key make one call", async () => {
    const path = `/gists/${notable.manyFiles}`;
    await github().fault({ kind: "latency", ms: 300 });
    const seen = await herd(cluster, path, clients);
    await github().fault();
    expectAllEqual(seen);
    expect(await cluster.calls(path)).toBe(1);
    // A process that is busy with a herd must not take its own slowness for Redis's.
    expect(await cluster.metric("shared_cache_errors_total")).toBe(0);
  });

  test("once it is stale they make one revalidation", async () => {
    const path = `/gists/${notable.forked}`;
    const [first] = await herd(cluster, path, 1);
    await sleep(6100);
    await github().fault({ kind: "latency", ms: 300 });
    const seen = await herd(cluster, path, clients);
    await github().fault();
    expectAllEqual(seen);
    expect(seen[0]?.digest).toBe(first?.digest);
    const calls = await github().calls((call) => call.path === path);
    expect(calls.map((call) => call.status)).toEqual([200, 304]);
  });

  test("what one stored is a hit for every other, and costs no call", async () => {
    const path = `/gists/${notable.revised}`;
    const [one, ...others] = cluster.pods;
    const stored = await ask(`${one!.url}${path}`);
    for (const { url } of others) {
      // It is written in the background.
      await expect.poll(async () => (await ask(`${url}${path}`)).cacheStatus).toMatch(/^EdgeGists; hit; ttl=[1-6]$/);
      expect((await ask(`${url}${path}`)).digest).toBe(stored.digest);
    }
    expect(await cluster.calls(path)).toBe(1);
  });

  test("a resource that does not exist is asked for once as well", async () => {
    const path = "/gists/00000000000000000000000000000000";
    const seen = await herd(cluster, path, 200);
    expect(tally(seen.map(({ status }) => status))).toEqual(new Map([[404, 200]]));
    expect(await cluster.calls(path)).toBe(1);
  });
});
