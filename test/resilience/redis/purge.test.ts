import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { expectLocalError } from "../../contract/support/errors.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, startPods } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";
import { timeout } from "./served.ts";

const token = "purge-token-0123456789abcdef";

async function start() {
  const redis = await startRedisProcess();
  onTestFinished(redis.stop);
  const cluster = await startPods(2, {
    REDIS_URL: redis.url,
    PURGE_TOKEN: token,
    SHARED_CACHE_TIMEOUT_MS: String(timeout),
  });
  onTestFinished(cluster.stop);
  const client = new Redis(redis.port);
  onTestFinished(() => client.disconnect());
  const [one, other] = cluster.pods;
  return {
    redis,
    client,
    cluster,
    one: one!.url,
    other: other!.url,
    github: standIn({ github: cluster.github }),
    /** Entries in the tier: neither leases nor what is remembered of purges. */
    entries: () => client.keys("edge-gists:2:{*"),
    purge: (url: string) => fetch(url, { method: "DELETE", headers: { authorization: `Bearer ${token}` } }),
  };
}

describe.runIf(hasRedis())("purging with shared processes", () => {
  test("empties the shared tier: a process that has no copy asks GitHub", async () => {
    const { client, one, other, entries, purge } = await start();
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await ask(`${one}${path}`);
    await expect.poll(entries).toHaveLength(1);
    expect((await purge(`${one}${path}`)).status).toBe(204);
    expect(await entries()).toEqual([]);
    for (const key of await client.keys("*"))
      expect(await client.pttl(key), "remembered for a while").toBeGreaterThan(0);
    expect((await ask(`${other}${path}`)).cacheStatus).toMatch(/^EdgeGists; fwd=miss; /);
  });

  test("during another process's call: its response is stored nowhere, and no request waits for it", async () => {
    const { cluster, one, other, github, entries, purge } = await start();
    const path = `/gists/${notable.revised}`;
    const calls = () => cluster.calls(path);
    await github.fault({ kind: "latency", ms: 1500, path, times: 1 });
    const before = ask(`${one}${path}`);
    await expect.poll(calls).toBe(1);
    expect((await purge(`${other}${path}`)).status).toBe(204);
    const after = await ask(`${other}${path}`);
    expect(after.took, "less than the call under way takes").toBeLessThan(1200);
    expect(after.cacheStatus).toMatch(/^EdgeGists; fwd=miss; .*stored/);
    await expect.poll(entries).toHaveLength(1);
    expect((await before).status).toBe(200);
    // The first process's result would be the later one; it was withdrawn, so that the tier's is found.
    await expect.poll(async () => (await ask(`${one}${path}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    expect(await calls()).toBe(2);
  });

  test("that the tier does not confirm is 503, and succeeds once it is back", async () => {
    const { redis, one, github, purge } = await start();
    const since = freshSince();
    const path = `/octocat?per_page=1&since=${since}`;
    await ask(`${one}${path}`);
    redis.freeze();
    for (let round = 0; round < 2; round += 1) {
      const refused = await purge(`${one}${path}`);
      await expectLocalError(refused, 503);
    }
    expect((await ask(`${one}${path}`)).cacheStatus, "it is gone here").toMatch(/^EdgeGists; fwd=miss; /);
    redis.thaw();
    await expect.poll(async () => (await purge(`${one}${path}`)).status, { timeout: 20_000 }).toBe(204);
    expect(await github.calls(bySince(since))).toHaveLength(2);
  });

  test("works in a tier that is full", async () => {
    const { client, one, entries, purge } = await start();
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await ask(`${one}${path}`);
    await expect.poll(entries).toHaveLength(1);
    await client.config("SET", "maxmemory-policy", "noeviction");
    await client.config("SET", "maxmemory", "1mb");
    expect((await purge(`${one}${path}`)).status).toBe(204);
    expect(await entries()).toEqual([]);
  });
});
