import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, startPods } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";

describe.runIf(hasRedis())("purging where processes share", () => {
  test("empties the shared tier: a process that has no copy asks GitHub", async () => {
    const redis = await startRedisProcess();
    onTestFinished(redis.stop);
    const token = "purge-token-0123456789abcdef";
    const cluster = await startPods(2, { REDIS_URL: redis.url, PURGE_TOKEN: token });
    onTestFinished(cluster.stop);
    const client = new Redis(redis.port);
    onTestFinished(() => client.disconnect());
    const [one, other] = cluster.pods;
    const path = `/octocat?per_page=1&since=${freshSince()}`;
    await ask(`${one!.url}${path}`);
    await expect.poll(() => client.keys("*")).toHaveLength(1);
    const headers = { authorization: `Bearer ${token}` };
    expect((await fetch(`${one!.url}${path}`, { method: "DELETE", headers })).status).toBe(204);
    expect(await client.keys("*")).toEqual([]);
    expect((await ask(`${other!.url}${path}`)).cacheStatus).toMatch(/^EdgeGists; fwd=miss; /);
  });
});
