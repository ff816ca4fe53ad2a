import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { startNode } from "../../../harness/start-node.ts";
import { defaultToken } from "../../../harness/start-target.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { metric } from "../support/metrics.ts";
import { purge, startReplicas, token, visit } from "../support/purging.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

const id = notable.talkative;
const path = `/gists/${id}`;

/** A fleet of two, and one more replica whose way to Redis can be cut. */
async function start() {
  const fleet = await startReplicas(2);
  const { redis, client, cluster, github } = fleet;
  const connections = async () =>
    String(await client.client("LIST"))
      .split("\n")
      .flatMap((line) => /^id=(\d+) /.exec(line)?.[1] ?? []);
  const others = new Set(await connections());
  const proxy = await startTcpProxy(redis.port);
  onTestFinished(proxy.stop);
  const remote = await startNode({
    GITHUB_API_URL: cluster.github,
    GITHUB_TOKEN: defaultToken,
    PURGE_TOKEN: token,
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
  });
  onTestFinished(remote.stop);
  const logged = (text: string) => remote.logs().filter((line) => line.includes(text)).length;
  await github.edit(id, { description: "from before" });
  return {
    ...fleet,
    remote,
    logged,
    /** Ends all connections of the replica, and lets no new one lead to Redis. */
    async cut() {
      proxy.moveTo(1);
      for (const one of await connections()) if (!others.has(one)) await client.client("KILL", "ID", one);
      await expect.poll(() => logged("purges of other replicas are not received"), { timeout: 10_000 }).toBe(1);
    },
    async heal() {
      proxy.moveTo(redis.port);
      await expect.poll(() => logged("purges of other replicas are received again"), { timeout: 20_000 }).toBe(1);
    },
  };
}

describe.runIf(hasRedis())("a replica that is cut off from Redis during a purge", () => {
  test("does not serve what was purged once it is back", async () => {
    const { remote, pods, github, cut, heal } = await start();
    for (const pod of [...pods, remote]) expect((await visit(pod, path)).text).toContain("from before");
    await cut();
    await github.edit(id, { description: "from after" });
    expect((await purge(pods[0]!, path)).status).toBe(204);
    await sleep(100);
    expect((await visit(pods[1]!, path)).text, "the others have heard of it").toContain("from after");
    expect((await visit(remote, path)).text, "it cannot know").toContain("from before");
    await heal();
    expect((await visit(remote, path)).text).toContain("from after");
    expect(await metric(remote.url, "cache_purges_received")).toBe(1);
    expect(await metric(remote.url, "cache_purges_total", { source: "replica" })).toBe(1);
  });

  test("drops all entries if Redis no longer has all purges since", async () => {
    const { remote, client, github, cut, heal, logged } = await start();
    await purge(remote, path);
    for (const other of ["/octocat", "/hubot"]) await visit(remote, other);
    await cut();
    const script =
      "for n = 1, 10500 do redis.call('xadd', KEYS[1], 'MAXLEN', '~', 10000, '*', 'tags', '[\"gist:' .. n .. '\"]', 'by', 'x') end";
    await client.eval(script, 1, "edge-gists:{purges}:log");
    await heal();
    expect(logged("purges were missed")).toBe(1);
    expect(await metric(remote.url, "cache_purges_total", { source: "gap" })).toBe(1);
    const before = (await github.calls()).length;
    for (const other of ["/octocat", "/hubot"]) expect((await visit(remote, other)).cacheStatus).toMatch(/fwd=miss/);
    expect((await github.calls()).length - before).toBe(2);
  });

  test("hears of purges in a stream that begins again by a clock that is behind", async () => {
    const { remote, client, pods, github } = await start();
    const stream = "edge-gists:{purges}:log";
    await client.xadd(stream, `${Date.now() + 3_600_000}-0`, "tags", "[]", "by", "x");
    await sleep(200);
    await client.del(stream);
    await visit(remote, path);
    await github.edit(id, { description: "from after" });
    expect((await purge(pods[0]!, path)).status).toBe(204);
    await expect.poll(async () => (await visit(remote, path)).text, { timeout: 10_000 }).toContain("from after");
  });

  test("and that stood still meanwhile: it does not serve what was purged either", async () => {
    const { pods, remote, github } = await start();
    for (const pod of [...pods, remote]) await visit(pod, path);
    remote.process!.kill("SIGSTOP");
    await github.edit(id, { description: "from after" });
    expect((await purge(pods[0]!, path)).status).toBe(204);
    await sleep(500);
    remote.process!.kill("SIGCONT");
    await sleep(100);
    expect((await visit(remote, path)).text).toContain("from after");
  });

  test("and whose connection hangs: it notices, and catches up", async () => {
    const { redis, pods, remote, logged, github } = await start();
    await visit(remote, path);
    redis.freeze();
    await expect.poll(() => logged("purges of other replicas are not received"), { timeout: 15_000 }).toBe(1);
    expect((await visit(remote, path)).text).toContain("from before");
    redis.thaw();
    await github.edit(id, { description: "from after" });
    await expect.poll(async () => (await purge(pods[0]!, path)).status, { timeout: 20_000 }).toBe(204);
    await expect.poll(async () => (await visit(remote, path)).text, { timeout: 20_000 }).toContain("from after");
  });
});

describe.runIf(hasRedis())("a user of Redis that may not use streams", () => {
  test("shares entries, and says that purges reach this process only", async () => {
    const fleet = await startReplicas(1);
    const { client, redis, cluster } = fleet;
    const rule = "on >secret ~edge-gists:* -@all +@read +@write +@connection +@scripting +info -@stream -xread -xadd";
    await client.call("ACL", "SETUSER", "restricted", ...rule.split(" "));
    const pod = await startNode({
      GITHUB_API_URL: cluster.github,
      GITHUB_TOKEN: defaultToken,
      PURGE_TOKEN: token,
      REDIS_URL: redis.url.replace("//", "//restricted:secret@"),
    });
    onTestFinished(pod.stop);
    const other = fleet.pods[0]!;
    await visit(other, path);
    await expect.poll(async () => (await visit(pod, `${path}?`)).cacheStatus).toMatch(/hit/);
    expect((await purge(pod, path)).status).toBe(503);
    await expect
      .poll(() => pod.logs().filter((line) => line.includes("purges of other replicas are not received")))
      .toHaveLength(1);
    expect(pod.logs().join()).toContain("NOPERM");
    await sleep(3000);
    expect(pod.logs().filter((line) => line.includes("purges of other replicas"))).toHaveLength(1);
    expect(pod.logs().join()).not.toContain("secret");
  });
});

describe.runIf(hasRedis())("a flood of purges", () => {
  test("of 1,000 a second ends no hit of what is not purged, and none is lost", async () => {
    const { client, pods, github } = await startReplicas(2);
    const others = ["/octocat", `/gists/${notable.revised}`, "/gists/public"];
    for (const pod of pods) for (const other of others) await visit(pod, other);
    const before = (await github.calls()).length;
    const [seconds, rate] = [4, 1000];
    const over = new AbortController();
    const hits = pods.map(async (pod) => {
      const seen: string[] = [];
      while (!over.signal.aborted) for (const other of others) seen.push((await visit(pod, other)).cacheStatus);
      return seen;
    });
    const start = performance.now();
    for (let sent = 0; sent < seconds * rate;) {
      const due = Math.min(((performance.now() - start) / 1000) * rate, seconds * rate);
      const batch = client.pipeline();
      for (; sent < due; sent += 1)
        batch.xadd("edge-gists:{purges}:log", "*", "tags", `["gist:${sent.toString(16)}f"]`, "by", "x");
      await batch.exec();
      await sleep(2);
    }
    const received = async (url: string) => metric(url, "cache_purges_total", { source: "replica" });
    for (const { url } of pods) await expect.poll(() => received(url)).toBe(seconds * rate);
    over.abort();
    for (const seen of await Promise.all(hits)) {
      expect(seen.length).toBeGreaterThan(10);
      expect(seen.filter((status) => !/hit/.test(status))).toEqual([]);
    }
    expect((await github.calls()).length).toBe(before);
  });
});
