import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { defaultToken } from "../../../harness/start-target.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { standIn } from "../../contract/support/stand-in.ts";
import { hasRedis } from "../../support/redis-server.ts";
import { ask, herd, type Pods, type Seen, startPods, tally } from "../support/pods.ts";
import { startRedisCluster } from "../support/redis-cluster.ts";
import { type RedisProcess, startRedisProcess } from "../support/redis-process.ts";

const count = 8;

/** A path that nobody has asked for: a call to GitHub. */
const cold = () => `/octocat?per_page=1&since=${freshSince()}`;

interface Fleet extends Pods {
  redis: RedisProcess;
  /** Clients of all processes, each of which asks for cold keys with a pause in milliseconds until it is stopped. */
  load(pause: number): { seen: Seen[]; stop: () => Promise<void> };
}

async function startFleet(env: Record<string, string> = {}): Promise<Fleet> {
  const redis = await startRedisProcess();
  // The machine's slowness must not count as the tier's.
  const pods = await startPods(count, { REDIS_URL: redis.url, SHARED_CACHE_TIMEOUT_MS: "5000", ...env });
  const over = new AbortController();
  const work: Promise<void>[] = [];

  function load(pause: number) {
    const seen: Seen[] = [];
    for (const { url } of pods.pods) {
      const client = async () => {
        while (!over.signal.aborted) {
          seen.push(await ask(`${url}${cold()}`));
          await sleep(pause);
        }
      };
      work.push(client());
    }
    return { seen, stop: endLoad };
  }
  async function endLoad(): Promise<void> {
    over.abort();
    await Promise.all(work);
  }

  return {
    ...pods,
    redis,
    load,
    async stop() {
      await endLoad();
      await pods.stop();
      await redis.stop();
    },
  };
}

/** What a process says of the fleet. */
async function statusOf({ url }: { url: string }) {
  const body = (await (await fetch(`${url}/rate_limit`)).json()) as {
    rate: { remaining: number };
    fleet: { shared: boolean; calls: number; max_calls: number };
  };
  return { ...body.fleet, remaining: body.rate.remaining };
}

describe.runIf(hasRedis())("eight processes that share GitHub's limits", () => {
  let fleet: Fleet;
  const github = () => standIn({ github: fleet.github });
  /** One process after another, each asked once. */
  const inTurn = async (path: () => string) => {
    const seen = [];
    for (const { url } of fleet.pods) seen.push(await ask(`${url}${path()}`));
    return seen;
  };
  const statuses = (seen: Seen[]) => Object.fromEntries(tally(seen.map(({ status }) => status)));

  describe("of one token", () => {
    beforeEach(async () => void (fleet = await startFleet()));
    afterEach(() => fleet.stop());

    test("two thousand clients on one cold key make one call", async () => {
      const path = `/gists/${notable.manyFiles}`;
      await github().fault({ kind: "latency", ms: 500 });
      const seen = await herd(fleet, path, 2000);
      expect(statuses(seen)).toEqual({ 200: 2000 });
      expect(await fleet.calls(path)).toBe(1);
    });

    test.each([
      ["429 with Retry-After", { status: 429, retryAfter: 8 }, 8],
      ["403 with Retry-After", { status: 403, retryAfter: 8 }, 8],
      ["403 without", { status: 403 }, 60],
    ] as const)(
      "one is told to wait (%s): none asks from then on until the time is over",
      async (_, fault, seconds) => {
        const load = fleet.load(20);
        await expect.poll(() => load.seen.length).toBeGreaterThan(100);
        await github().fault({ kind: "secondary", times: 1, ...fault });
        await expect.poll(() => load.seen.some(({ status }) => status === 403)).toBe(true);
        await sleep(2000);
        const calls = await github().calls();
        const told = calls.findLast(({ status }) => status === fault.status)!;
        const later = calls.filter(({ time }) => time > told.time).map(({ time }) => time - told.time);
        // Some 20 ms on a quiet machine, for calls that were on their way.
        expect(later.filter((ms) => ms > 500)).toEqual([]);
        // Every process was asked since.
        await load.stop();
        expect(statuses(await inTurn(cold))).toEqual({ 403: count });
        expect((await github().calls()).length).toBe(calls.length);
        const { headers } = await fetch(`${fleet.pods[0]!.url}${cold()}`);
        expect(Number(headers.get("retry-after"))).toBeGreaterThan(seconds - 10);
        if (seconds > 8) return;
        await sleep(Math.max(told.time + seconds * 1000 + 50 - Date.now(), 0));
        expect(statuses(await inTurn(cold))).toEqual({ 200: count });
      },
    );

    test("together they use the quota to its reserve and not a call more", async () => {
      const [reserve, left] = [250, 150];
      const remaining = async () => {
        const { limit, used } = Object.values(await github().limits())[0]!;
        return limit - used;
      };
      await ask(`${fleet.pods[0]!.url}${cold()}`);
      await github().limit({ who: defaultToken, remaining: reserve + left });
      const before = (await github().calls()).length;
      // One process learns of it.
      await ask(`${fleet.pods[1]!.url}${cold()}`);
      await Promise.all(Array.from({ length: 3 * left }, (_, n) => ask(`${fleet.pods[n % count]!.url}${cold()}`)));
      expect(await remaining()).toBeGreaterThanOrEqual(reserve);
      // Where a call's cost was not known yet, its reservation counted twice for a moment.
      for (let turn = 0; turn < 3; turn += 1) await inTurn(cold);
      expect(await remaining()).toBe(reserve);
      expect((await github().calls()).length - before).toBe(left);
      for (const pod of fleet.pods) expect(await statusOf(pod)).toMatchObject({ shared: true, remaining: 0 });
    });

    test("Redis killed under load: they go on and say so; once it is back they share again, with what they learnt", async () => {
      const load = fleet.load(100);
      await expect.poll(() => load.seen.length).toBeGreaterThan(50);
      await fleet.redis.kill();
      const atDeath = load.seen.length;
      await expect.poll(() => fleet.metric("github_fleet_alone")).toBe(count);
      await expect.poll(() => load.seen.length).toBeGreaterThan(atDeath + 50);
      expect(await statusOf(fleet.pods[0]!)).toMatchObject({ shared: false });
      await load.stop();
      expect(statuses(load.seen)).toEqual({ 200: load.seen.length });
      await expect.poll(() => fleet.logged("limits are not shared").length).toBe(count);

      // One learns of a limit alone.
      await github().fault({ kind: "secondary", times: 1, retryAfter: 60 });
      expect((await ask(`${fleet.pods[0]!.url}${cold()}`)).status).toBe(403);
      await fleet.redis.restart();
      const shared = async () => {
        const all = await Promise.all(fleet.pods.map(statusOf));
        return all.filter((status) => status.shared).length;
      };
      await expect.poll(shared, { timeout: 30_000, interval: 500 }).toBe(count);
      await expect.poll(() => fleet.logged("limits are shared again").length).toBe(count);
      const before = (await github().calls()).length;
      expect(statuses(await inTurn(cold))).toEqual({ 403: count });
      expect((await github().calls()).length).toBe(before);
    });
  });

  describe("of a token that GitHub refuses", () => {
    beforeAll(async () => void (fleet = await startFleet({ GITHUB_TOKEN: "bad-token" })));
    afterAll(() => fleet.stop());

    test("one finds out by two calls, and one probes", async () => {
      const withToken = async () =>
        (await github().calls(({ headers }) => headers["authorization"] !== undefined)).length;
      expect(statuses(await inTurn(cold))).toEqual({ 200: count });
      const found = await withToken();
      // On a slow machine the suspension of 2 s is over before all were asked.
      expect(found).toBeLessThan(count);
      expect(found).toBeGreaterThanOrEqual(2);
      await sleep(2100);
      expect(statuses(await inTurn(cold))).toEqual({ 200: count });
      expect((await withToken()) - found).toBeLessThan(count);
    });
  });

  describe("and make few calls at once", () => {
    const most = 10;
    const timeout = 5000;
    beforeEach(async () => {
      fleet = await startFleet({
        FLEET_CONCURRENCY: String(most),
        UPSTREAM_TIMEOUT_MS: String(timeout),
        UPSTREAM_QUEUE_TIMEOUT_MS: "30000",
      });
    });
    afterEach(() => fleet.stop());

    test("never more at once than FLEET_CONCURRENCY, and the others wait their turn", async () => {
      const [clients, ms] = [400, 40];
      await github().fault({ kind: "latency", ms });
      const seen = await Promise.all(
        Array.from({ length: clients }, (_, n) => ask(`${fleet.pods[n % count]!.url}${cold()}`)),
      );
      expect(statuses(seen)).toEqual({ 200: clients });
      const { maxInFlight, total } = await github().counters();
      expect(total).toBe(clients);
      expect(maxInFlight).toBeLessThanOrEqual(most);
      expect(maxInFlight).toBeGreaterThan(most / 2);
    });

    test("calls of a process that is killed are given back", async () => {
      const [doomed, ...others] = fleet.pods;
      await github().fault({ kind: "hang", times: 5 });
      const lost = Array.from({ length: 5 }, () => ask(`${doomed!.url}${cold()}`).catch(() => undefined));
      await expect.poll(async () => (await statusOf(others[0]!)).calls).toBe(5);
      const killedAt = performance.now();
      doomed!.process!.kill("SIGKILL");
      await Promise.all(lost);
      await expect.poll(async () => (await statusOf(others[0]!)).calls, { interval: 100 }).toBe(0);
      const took = performance.now() - killedAt;
      expect(took).toBeLessThan(timeout + 3000);
    });
  });
});

describe.runIf(hasRedis())("processes that share GitHub's limits in a Cluster", () => {
  test("one is told to wait: the other does not ask", async () => {
    const redis = await startRedisCluster();
    onTestFinished(redis.stop);
    const cluster = await startPods(2, { REDIS_URL: redis.url, SHARED_CACHE_TIMEOUT_MS: "5000" });
    onTestFinished(cluster.stop);
    const github = standIn({ github: cluster.github });
    await github.fault({ kind: "secondary", times: 1, retryAfter: 60 });
    const [one, other] = cluster.pods;
    expect((await ask(`${one!.url}${cold()}`)).status).toBe(403);
    expect((await ask(`${other!.url}${cold()}`)).status).toBe(403);
    expect(await github.calls()).toHaveLength(1);
    expect(await statusOf(other!)).toMatchObject({ shared: true });
    expect(await cluster.metric("github_fleet_errors_total")).toBe(0);
  });
});
