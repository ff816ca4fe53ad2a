import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { standIn } from "../../contract/support/stand-in.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { herd, startPods, tally } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";

const count = 5;
/** GitHub's delay, in milliseconds. */
const latency = 1000;

describe.runIf(hasRedis())("a value that is too large to be shared", () => {
  test("is fetched by each process, concurrently once the first has seen its size", async () => {
    const redis = await startRedisProcess();
    onTestFinished(redis.stop);
    const cluster = await startPods(count, {
      REDIS_URL: redis.url,
      SHARED_CACHE_MAX_VALUE_BYTES: "1024",
      SHARED_CACHE_WAIT_MS: "20000",
    });
    onTestFinished(cluster.stop);
    const client = new Redis(redis.port);
    onTestFinished(() => client.disconnect());
    const path = `/gists/${notable.manyFiles}`;
    await standIn({ github: cluster.github }).fault({ kind: "latency", ms: latency, path });
    const seen = await herd(cluster, path, 4 * count);
    expect(tally(seen.map(({ status }) => status))).toEqual(new Map([[200, 4 * count]]));
    expect(await cluster.calls(path)).toBe(count);
    // One after another they would take `count` times as long.
    expect(Math.max(...seen.map(({ took }) => took))).toBeLessThan((count - 1) * latency);
    expect(await cluster.metric("shared_cache_skipped_total")).toBe(count);
    expect(await cluster.metric("shared_cache_errors_total")).toBe(0);
    const [key = ""] = await client.keys("edge-gists:2:{*");
    expect(await client.strlen(key), "no more than a word").toBeLessThan(50);
  });
});
