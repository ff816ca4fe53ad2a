import { Redis } from "ioredis";
import { describe, expect, onTestFinished, test } from "vitest";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, herd, type Pods, startPods } from "../support/pods.ts";
import { startRedisProcess } from "../support/redis-process.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";
import { expectSharing, timeout } from "./served.ts";

const list = () => `/octocat?per_page=1&since=${freshSince()}`;

async function startServer() {
  const redis = await startRedisProcess(["--repl-diskless-sync-delay", "0"]);
  onTestFinished(redis.stop);
  const client = new Redis(redis.port);
  client.on("error", () => undefined);
  onTestFinished(() => client.disconnect());
  return { port: redis.port, client };
}

/** A primary and its replica, and two processes that know the primary by a name. */
async function start() {
  const [one, other] = [await startServer(), await startServer()];
  await other.client.replicaof("127.0.0.1", one.port);
  await expect.poll(() => other.client.info("replication"), { timeout: 20_000 }).toContain("master_link_status:up");
  const name = await startTcpProxy(one.port);
  onTestFinished(name.stop);
  const cluster = await startPods(2, {
    REDIS_URL: `redis://127.0.0.1:${name.port}`,
    SHARED_CACHE_TIMEOUT_MS: String(timeout),
  });
  onTestFinished(cluster.stop);
  await expectSharing(cluster, list);
  return {
    cluster,
    name,
    one,
    other,
    async failOver() {
      await other.client.replicaof("NO", "ONE");
      await one.client.replicaof("127.0.0.1", other.port);
      await expect.poll(() => one.client.info("replication"), { timeout: 20_000 }).toContain("master_link_status:up");
    },
  };
}

/** Calls for one cold resource that every process is asked for at once. */
async function callsOfHerd(cluster: Pods): Promise<number> {
  const since = freshSince();
  const github = standIn({ github: cluster.github });
  await github.fault({ kind: "latency", ms: 100 });
  const seen = await herd(cluster, `/octocat?per_page=1&since=${since}`, 4);
  await github.fault();
  expect(seen.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  return (await github.calls(bySince(since))).length;
}

const operations = (cluster: Pods) =>
  cluster.logged("shared cache fails").map((line) => (JSON.parse(line) as { operation: string }).operation);

describe.runIf(hasRedis())("a fail-over", () => {
  test("is followed if the name leads to the new primary: again one call for all", async () => {
    const { cluster, name, one, other, failOver } = await start();
    await failOver();
    name.moveTo(other.port);
    await expect.poll(() => callsOfHerd(cluster), { timeout: 60_000, interval: 200 }).toBe(1);
    await expectSharing(cluster, list);
    expect(name.leadingTo(one.port), "nobody stays with the replica").toBe(0);
  });

  test("that the name does not follow yet: reads continue, writes are skipped, and it is logged once", async () => {
    const { cluster, name, one, other, failOver } = await start();
    const kept = list();
    const held = (await one.client.keys("edge-gists:2:{*")).length;
    await ask(`${cluster.pods[0]!.url}${kept}`);
    await expect.poll(() => other.client.keys("edge-gists:2:{*")).toHaveLength(held + 1);
    await failOver();
    for (let round = 0; round < 10; round += 1) expect(await callsOfHerd(cluster), "each for itself").toBe(2);
    expect((await ask(`${cluster.pods[1]!.url}${kept}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    // Each process has one for commands and one for purges.
    await expect.poll(() => name.leadingTo(one.port), { message: "no look is left open" }).toBe(4);
    // Each process says it of the write that failed first.
    const failed = operations(cluster);
    expect(failed).toHaveLength(2);
    for (const operation of failed) expect(["lease", "release", "set"]).toContain(operation);
    expect(await cluster.metric("shared_cache_errors_total", { operation: "get" })).toBe(0);

    await one.client.replicaof("NO", "ONE");
    await expect.poll(() => callsOfHerd(cluster), { timeout: 60_000, interval: 200 }).toBe(1);
  });
});
