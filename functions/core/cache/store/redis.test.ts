import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { textOf, toEntry } from "../../../../test/support/layers.ts";
import { hasRedis, type RedisServer, startRedis } from "../../../../test/support/redis-server.ts";
import { toStore, watch } from "../../../../test/support/shared-tier.ts";
import { createRedisSharing, toRedisOptions } from "../../../node/redis/redis.ts";
import { entryKey, leaseKey, purgeKey } from "../../../node/redis/keys.ts";
import { describeStore } from "./contract.ts";

const timeout = 1000;

const toSharingOptions = (url: string, ms = timeout) => toRedisOptions({ REDIS_URL: url, SHARED_CACHE_TIMEOUT_MS: ms });

/** A tier of a process of its own, closed when the test ends. */
async function connect(url: string, options: { leaseMs?: number; timeout?: number } = {}) {
  const sharing = await createRedisSharing(toSharingOptions(url, options.timeout));
  onTestFinished(sharing.close);
  return watch(sharing, { timeout, now: Date.now, ...options });
}

const isThere = hasRedis();

describe.runIf(isThere)("over a real Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis.stop());

  describeStore("Redis", async () => {
    await redis.client.flushall();
    const sharing = await createRedisSharing(toSharingOptions(redis.url));
    return { open: () => toStore(watch(sharing, { timeout }).tier), close: sharing.close };
  });

  test("two processes see each other's entries", async () => {
    const [one, two] = [await connect(redis.url), await connect(redis.url)];
    await one.tier.set("key", toEntry("1"), 60);
    expect(textOf((await two.tier.get("key"))!)).toBe("1");
  });

  test("each entry's own time is Redis's, to the second, and what is past it is gone", async () => {
    const { tier } = await connect(redis.url);
    await tier.set("long", toEntry(), 86_460);
    await tier.set("short", toEntry(), 1);
    expect(await redis.client.ttl(entryKey("long"))).toBeGreaterThan(86_400);
    const left = await redis.client.pttl(entryKey("short"));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(1000);
    await sleep(left + 50);
    expect(await tier.get("short")).toBeUndefined();
  });

  test("every key has the prefix, leases too", async () => {
    await redis.client.flushall();
    const { tier } = await connect(redis.url);
    await tier.set("a:b/c?d", toEntry(), 60);
    await tier.lease("a:b/c?d");
    const keys = await redis.client.keys("*");
    expect(keys).toHaveLength(2);
    for (const key of keys) expect(key).toMatch(/^edge-gists:/);
  });

  test("a lease is one process's, until it gives it back", async () => {
    const [one, two] = [await connect(redis.url), await connect(redis.url)];
    const release = await one.tier.lease("of-one-process");
    expect(await two.tier.lease("of-one-process")).toBeUndefined();
    await release?.();
    expect(await two.tier.lease("of-one-process")).toBeTypeOf("function");
  });

  test("of many that ask at once one gets the lease", async () => {
    const tiers = await Promise.all(Array.from({ length: 8 }, () => connect(redis.url)));
    const leases = await Promise.all(tiers.flatMap(({ tier }) => [1, 2, 3].map(() => tier.lease("wanted"))));
    expect(leases.filter((release) => release !== undefined)).toHaveLength(1);
  });

  test("a lease ends by itself, and its late holder cannot release the next one's", async () => {
    const one = await connect(redis.url, { leaseMs: 100 });
    const [two, three] = [await connect(redis.url), await connect(redis.url)];
    const release = await one.tier.lease("dead");
    await sleep(150);
    expect(await two.tier.lease("dead")).toBeTypeOf("function");
    await release?.();
    expect(await three.tier.lease("dead")).toBeUndefined();
  });

  test("what was begun before a purge is refused, what began after it is kept, and the purge is forgotten in time", async () => {
    const [one, two] = [await connect(redis.url), await connect(redis.url)];
    const before = await one.tier.lease("purged");
    expect(await two.tier.purge("purged")).toBe(true);
    const after = await two.tier.lease("purged");
    expect(after, "the lease is gone as well").toBeTypeOf("function");
    expect(await one.tier.set("purged", toEntry("old"), 60, before)).toBe(false);
    expect(await one.tier.set("purged", toEntry("of nobody's lease"), 60)).toBe(false);
    expect(await one.tier.get("purged")).toBeUndefined();
    expect(await two.tier.set("purged", toEntry("new"), 60, after)).toBe(true);
    await before?.();
    expect(await one.tier.lease("purged"), "the late holder gave nobody else's back").toBeUndefined();
    expect(textOf((await one.tier.get("purged"))!)).toBe("new");
    expect(await redis.client.pttl(purgeKey("purged"))).toBeGreaterThan(0);
    expect(await one.tier.set("other", toEntry("1"), 60)).toBe(true);
  });

  test.each<[string, (client: RedisServer["client"], key: string) => Promise<unknown>]>([
    ["without an expiry", (client, key) => client.set(key, "planted")],
    ["that lasts for a day", (client, key) => client.set(key, "planted", "EX", 86_400)],
    ["of another type", (client, key) => client.lpush(key, "planted")],
  ])("a lease %s is taken over by the first who asks, and by that one only", async (_, plant) => {
    const key = leaseKey("planted");
    await redis.client.del(key);
    await plant(redis.client, key);
    const tiers = await Promise.all(Array.from({ length: 4 }, () => connect(redis.url)));
    const leases = await Promise.all(tiers.map(({ tier }) => tier.lease("planted")));
    expect(leases.filter((release) => release !== undefined)).toHaveLength(1);
    expect(await redis.client.pttl(key)).toBeGreaterThan(0);
    for (const release of leases) await release?.();
    expect(await redis.client.exists(key)).toBe(0);
    expect(tiers.flatMap(({ errors }) => errors)).toStrictEqual([]);
  });

  test.each([
    ["garbage", (client: RedisServer["client"]) => client.set(entryKey("bad"), "\u0000 garbage"), "garbage"],
    ["a value of another type", (client: RedisServer["client"]) => client.lpush(entryKey("bad"), "x"), "error"],
  ])("%s under a key reads as nothing and is counted", async (_, spoil, counted) => {
    await redis.client.del(entryKey("bad"));
    await spoil(redis.client);
    const { tier, errors, garbage } = await connect(redis.url);
    expect(await tier.get("bad")).toBeUndefined();
    expect([errors, garbage()]).toStrictEqual(counted === "garbage" ? [[], 1] : [["get error"], 0]);
  });

  test("one that is full refuses writes without failing anybody, and is still read", async () => {
    const { tier, errors } = await connect(redis.url);
    await tier.set("before", toEntry("1"), 60);
    await redis.client.config("SET", "maxmemory", "1");
    onTestFinished(async () => void (await redis.client.config("SET", "maxmemory", "0")));
    await tier.set("after", toEntry("2"), 60);
    expect(errors).toStrictEqual(["set error"]);
    expect(textOf((await tier.get("before"))!)).toBe("1");
  });

  test("one that hangs costs no more than the bound", async () => {
    const { tier, errors } = await connect(redis.url, { timeout: 100 });
    await redis.client.client("PAUSE", 1000, "ALL");
    const since = performance.now();
    expect(await tier.get("key")).toBeUndefined();
    expect(performance.now() - since).toBeLessThan(900);
    // The client's own timeout is the same as the guard's: either may be first.
    expect(errors).toHaveLength(1);
    await redis.client.client("UNPAUSE").catch(() => undefined);
  });
});

describe.runIf(isThere)("a Redis that is not as it should be", () => {
  test("one that wants a password is done without; with it all is well", async () => {
    const redis = await startRedis();
    onTestFinished(redis.stop);
    await redis.client.config("SET", "requirepass", "s3cret");
    const without = await connect(redis.url, { timeout: 300 });
    await without.tier.set("key", toEntry("1"), 60);
    expect(await without.tier.get("key")).toBeUndefined();
    expect(without.errors).toStrictEqual(["set error", "get error"]);
    expect(without.log.join()).not.toContain("s3cret");
    const within = await connect(redis.url.replace("//", "//:s3cret@"));
    await within.tier.set("key", toEntry("1"), 60);
    expect(textOf((await within.tier.get("key"))!)).toBe("1");
  });

  test("one that dies is skipped at once, and used again once another stands in its place", async () => {
    const redis = await startRedis();
    const { tier, errors, log } = await connect(redis.url, { timeout: 300 });
    await tier.set("key", toEntry("1"), 60);
    await redis.stop();
    expect(await tier.get("key")).toBeUndefined();
    expect(errors).toHaveLength(1);
    const next = await startRedis(Number(new URL(redis.url).port));
    onTestFinished(next.stop);
    await expect
      .poll(
        async () => {
          await tier.set("key", toEntry("2"), 60);
          return tier.get("key");
        },
        { timeout: 5000, interval: 100 },
      )
      .toBeDefined();
    expect(log.filter((line) => line.startsWith("info"))).toContain("info: shared cache is back");
  });

  test("one that is not there at all delays the start no longer than the bound", async () => {
    const since = performance.now();
    const { tier } = await connect("redis://127.0.0.1:1", { timeout: 200 });
    expect(await tier.get("key")).toBeUndefined();
    expect(performance.now() - since).toBeLessThan(1000);
  });
});
