import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Redis } from "ioredis";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { createTestApp } from "../../support/github-app.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, type Pods, startPods } from "../support/pods.ts";
import { type RedisProcess, startRedisProcess } from "../support/redis-process.ts";

const { env, settings } = createTestApp([11]);
const path = () => `/octocat?since=${freshSince()}`;

describe.runIf(hasRedis())("four processes with a GitHub App and a Redis", () => {
  let redis: RedisProcess;
  let cluster: Pods;
  const github = () => standIn({ github: cluster.github });
  const mints = async () => (await github().calls((call) => call.path.startsWith("/app/"))).length;

  beforeAll(async () => {
    redis = await startRedisProcess();
  });
  beforeEach(async () => {
    cluster = await startPods(4, { ...env, GITHUB_TOKEN: "", REDIS_URL: redis.url });
    await github().addApp(settings);
    return () => cluster.stop();
  });
  afterAll(() => redis.stop());

  test("ask GitHub for one token, which Redis has encrypted", async () => {
    const seen = await Promise.all(Array.from({ length: 40 }, (_, n) => ask(`${cluster.pods[n % 4]!.url}${path()}`)));
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200]));
    expect(await mints()).toBe(1);
    expect(await cluster.metric("github_app_tokens_total", { outcome: "made" })).toBe(1);
    expect(await cluster.metric("github_app_tokens_total", { outcome: "shared" })).toBe(3);
    const [{ token } = { token: "none" }] = await github().minted();
    const client = new Redis(redis.url);
    try {
      const keys = await client.keys("*");
      const texts = await Promise.all(
        keys.map(async (key) => `${key} ${(await client.type(key)) === "string" ? await client.get(key) : ""}`),
      );
      expect(texts.some((text) => text.includes("sealed "))).toBe(true);
      for (const text of texts) expect(text).not.toContain(token.slice(8));
    } finally {
      client.disconnect();
    }
  });

  test("ask for one each while Redis is away, and serve", async () => {
    redis.freeze();
    try {
      const seen = await Promise.all(cluster.pods.map(({ url }) => ask(`${url}${path()}`)));
      expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      const calls = await github().calls((call) => !call.path.startsWith("/app/"));
      expect(calls.every(({ headers }) => headers["authorization"]?.startsWith("Bearer ghs_11_"))).toBe(true);
    } finally {
      redis.thaw();
    }
  });
});
