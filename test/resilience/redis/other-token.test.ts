import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startNode } from "../../../harness/start-node.ts";
import { startStandIn, type StandIn } from "../../../harness/start-stand-in.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { metric } from "../support/metrics.ts";
import { ask } from "../support/pods.ts";
import { type RedisProcess, startRedisProcess } from "../support/redis-process.ts";

const path = `/gists/${notable.revised}`;

describe.runIf(hasRedis())("a process that starts with another token, on entries in Redis", () => {
  let redis: RedisProcess;
  let github: StandIn;
  const control = () => standIn({ github: github.url });

  beforeAll(async () => {
    [redis, github] = await Promise.all([startRedisProcess(), startStandIn()]);
  });
  beforeEach(async () => {
    await control().reset();
    await redis.kill();
    await redis.restart();
  });
  afterAll(() => Promise.all([redis.stop(), github.stop()]));

  /** One request of a process with this token, which then ends. */
  async function once(token: string) {
    const target = await startNode({
      GITHUB_API_URL: github.url,
      GITHUB_TOKEN: token,
      REDIS_URL: redis.url,
      CACHE_TTL_SECONDS: "1",
      CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    });
    try {
      const { digest } = await ask(`${target.url}${path}`);
      const derived = await metric(target.url, "github_revalidations_total", { validator: "derived" });
      return { digest, derived };
    } finally {
      await target.stop();
    }
  }

  async function change(kind: "opaque" | "derived") {
    await control().etags(kind);
    const before = await once("good-before");
    await sleep(1100);
    const after = await once("good-after");
    expect(after.digest).toBe(before.digest);
    const calls = await control().calls((call) => call.path === path);
    return { after, statuses: calls.map(({ status }) => status), charged: (await control().counters()).charged };
  }

  test("gets a 304 for the derived ETag, which costs no quota", async () => {
    const { after, statuses, charged } = await change("derived");
    expect(statuses).toEqual([200, 304]);
    expect(charged).toBe(1);
    expect(after.derived).toBe(1);
  });

  test("gets a full response where GitHub's ETags are made in another way", async () => {
    const { after, statuses, charged } = await change("opaque");
    expect(statuses).toEqual([200, 200]);
    expect(charged).toBe(2);
    expect(after.derived).toBe(0);
  });
});
