import { createServer, type Socket } from "node:net";
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, type Pods, startPods } from "../support/pods.ts";
import { type RedisProcess, startRedisProcess } from "../support/redis-process.ts";
import { expectServed, expectSharing, timeout } from "./served.ts";

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

describe.runIf(hasRedis())("garbage under the keys of entries", () => {
  let redis: RedisProcess;
  let cluster: Pods;
  let client: Redis;
  beforeAll(async () => {
    redis = await startRedisProcess();
    cluster = await startPods(2, { REDIS_URL: redis.url, SHARED_CACHE_TIMEOUT_MS: String(timeout) });
    client = new Redis(redis.port);
  });
  afterAll(async () => {
    client.disconnect();
    await cluster.stop();
    await redis.stop();
  });

  // After a failure it is left alone for a while.
  beforeEach(() => expectSharing(cluster, list));

  test.each<[string, string, (key: string, text: string) => Promise<unknown>]>([
    ["text", "garbage", (key) => client.set(key, "garbage")],
    ["bytes", "garbage", (key) => client.set(key, Buffer.from([0, 255, 254, 13, 10]))],
    ["JSON", "garbage", (key) => client.set(key, '{"status":200,"body":"[]"}')],
    ["half an entry", "garbage", (key, text) => client.set(key, text.slice(0, text.length / 2))],
    ["an entry of another version", "garbage", (key, text) => client.set(key, text.replace(/\/\d+ /, "/999 "))],
    ["another key's entry", "garbage", (key, text) => client.set(key, text.replace(/"key":"/, '"key":"x'))],
    ["a list", "error", async (key) => void (await client.del(key), await client.lpush(key, "x"))],
  ])("%s reads as nothing, and is counted", async (_what, reason, spoil) => {
    const path = list();
    const [one, other] = cluster.pods;
    await client.flushall();
    const right = await ask(`${one!.url}${path}`);
    await expect.poll(() => client.keys("edge-gists:2*")).toHaveLength(1);
    const [key = ""] = await client.keys("edge-gists:2*");
    await spoil(key, (await client.get(key)) ?? "");
    const counted = () => cluster.metric("shared_cache_errors_total", { operation: "get", reason });
    const before = await counted();
    const seen = await ask(`${other!.url}${path}`);
    expect(seen.digest, "GitHub's bytes").toBe(right.digest);
    expect(await counted()).toBeGreaterThan(before);
  });
});

describe("a server that is no Redis", () => {
  test.each<[string, (socket: Socket) => void, lines?: number]>([
    ["speaks HTTP", (socket) => socket.on("data", () => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"))],
    ["sends noise", (socket) => socket.on("data", () => socket.write(Buffer.alloc(4096, 0xa5)))],
    ["replies to each command with a wrong type", (socket) => socket.on("data", () => socket.write(":42\r\n")), 12],
    ["closes each connection", (socket) => socket.destroy()],
    ["never says a word", () => undefined],
  ])("that %s", async (_what, behave, lines) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket.on("error", () => undefined).on("close", () => sockets.delete(socket)));
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    const { port } = server.address() as { port: number };
    const cluster = await startPods(2, {
      REDIS_URL: `redis://127.0.0.1:${port}`,
      SHARED_CACHE_TIMEOUT_MS: String(timeout),
    });
    onTestFinished(cluster.stop);
    await expectServed(cluster, list, lines);
  });
});
