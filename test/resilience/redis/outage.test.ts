import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, type Pods, type Seen, startPods, tally } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";
import { expectServed, expectSharing, timeout } from "./served.ts";

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

/** Two processes over a Redis, both gone when the test ends. */
async function start({ settings = [], url }: { settings?: string[]; url?: (given: string) => string } = {}) {
  const redis = await startRedisProcess(settings);
  onTestFinished(redis.stop);
  const cluster = await startPods(2, {
    REDIS_URL: url?.(redis.url) ?? redis.url,
    SHARED_CACHE_TIMEOUT_MS: String(timeout),
  });
  onTestFinished(cluster.stop);
  return { redis, cluster };
}

/** Clients of both processes, some for what is known, some for what is not, until it is stopped. */
function startLoad({ pods }: Pods): { seen: Seen[]; stop: () => Promise<void> } {
  const seen: Seen[] = [];
  const over = new AbortController();
  const clients = Array.from({ length: 20 }, async (_, n) => {
    const known = list();
    while (!over.signal.aborted) {
      // GitHub's own limit of calls a minute leaves room for a few only.
      if (n < 2) await sleep(50);
      seen.push(await ask(`${pods[n % 2]!.url}${n < 2 ? list() : known}`));
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

describe.runIf(hasRedis())("a Redis that fails", () => {
  test("killed under load: no request fails, and it is used again once it is back", async () => {
    const { redis, cluster } = await start();
    await expectSharing(cluster, list);
    const load = startLoad(cluster);
    onTestFinished(load.stop);
    const { seen } = load;
    await expect.poll(() => seen.length).toBeGreaterThan(200);
    await redis.kill();
    const atDeath = seen.length;
    await expect.poll(() => cluster.metric("shared_cache_errors_total")).toBeGreaterThan(0);
    await expect.poll(() => seen.length).toBeGreaterThan(atDeath + 200);
    await redis.restart();
    await expect.poll(() => cluster.logged("shared cache is back").length, { timeout: 30_000 }).toBeGreaterThan(0);
    await load.stop();
    expect(tally(seen.map(({ status }) => status))).toEqual(new Map([[200, seen.length]]));
    await expectSharing(cluster, list);
  });

  test("hanging: each request waits a bound at most", async () => {
    const { redis, cluster } = await start();
    await expectSharing(cluster, list);
    redis.freeze();
    await expectServed(cluster, list);
    redis.thaw();
    await expectSharing(cluster, list);
  });

  test("hanging from the start: the processes start all the same", async () => {
    const redis = await startRedisProcess();
    onTestFinished(redis.stop);
    redis.freeze();
    const cluster = await startPods(2, { REDIS_URL: redis.url, SHARED_CACHE_TIMEOUT_MS: String(timeout) });
    onTestFinished(cluster.stop);
    await expectServed(cluster, list);
    redis.thaw();
    await expectSharing(cluster, list);
  });

  test("full: its entries are still read, and no client notices that it stores no more", async () => {
    const { redis, cluster } = await start();
    const kept = list();
    await ask(`${cluster.pods[0]!.url}${kept}`);
    const client = new Redis(redis.port);
    onTestFinished(() => client.disconnect());
    await expect.poll(() => client.keys("edge-gists:2*")).toHaveLength(1);
    await client.config("SET", "maxmemory-policy", "noeviction");
    await client.config("SET", "maxmemory", "1mb");
    await expect(client.set("other", "x".repeat(1_000_000)).then(() => client.set("more", "x"))).rejects.toThrow("OOM");
    await expectServed(cluster, list);
    expect(cluster.logged("OOM").length, "the reason is told").toBeGreaterThan(0);
    expect((await ask(`${cluster.pods[1]!.url}${kept}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    expect(await cluster.metric("redis_servers_lost_total"), "no request waits for another server").toBe(0);
    await client.config("SET", "maxmemory", "0");
    await expectSharing(cluster, list);
  });

  test("requiring a password that is not set", async () => {
    const { cluster } = await start({ settings: ["--requirepass", "s3cret-pass"] });
    await expectServed(cluster, list);
  });

  test("that does not know AUTH, and repeats the password in its error", async () => {
    const { cluster } = await start({
      settings: ["--rename-command", "AUTH", ""],
      url: (given) => given.replace("//", "//user:s3cret-pass@"),
    });
    await expectServed(cluster, list);
    expect(cluster.logged("unknown command 'auth'").length, "the reason is told").toBeGreaterThan(0);
    expect(cluster.logged("s3cret-pass")).toEqual([]);
  });

  test("wanting another password", async () => {
    const { cluster } = await start({
      settings: ["--requirepass", "s3cret-pass"],
      url: (given) => given.replace("//", "//:wr0ng-pass@"),
    });
    await expectServed(cluster, list);
    expect(cluster.logged("wr0ng-pass"), "no log tells it").toEqual([]);
  });

  test("wanting a password that is in REDIS_URL", async () => {
    const { cluster } = await start({
      settings: ["--requirepass", "s3cret-pass"],
      url: (given) => given.replace("//", "//:s3cret-pass@"),
    });
    await expectSharing(cluster, list);
    expect(await cluster.metric("shared_cache_errors_total")).toBe(0);
    expect(cluster.logged("s3cret-pass"), "no log tells it").toEqual([]);
  });
});
