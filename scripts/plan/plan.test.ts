import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { tokensFor } from "./github.mjs";
// @ts-expect-error: a script, without types
import { characteristicTime } from "./lru.mjs";
// @ts-expect-error: a script, without types
import { sumOver, toPopularity } from "./popularity.mjs";
// @ts-expect-error: a script, without types
import { fromCold, inTheLongRun, servedByEntry } from "./renewal.mjs";
// @ts-expect-error: a script, without types
import { toCost } from "./worker.mjs";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

type Group = { count: number; rate: number };

/** As the programs in bench/soak run the core: the defaults, and a GitHub that takes no time. */
const lifetimes = { ttl: 60, latency: 0, staleWhileRevalidate: 30, keep: 86_400 };

const errorOf = (planned: number, measured: number) => Math.abs(planned / measured - 1);

test("the model agrees with npm run bench zipf within 0.5 %", () => {
  const { requests, users, minutes, upstreamCalls, refreshedBehind, hits } = read("bench/results/zipf.json").results;
  const seconds = minutes * 60;
  const groups: Group[] = toPopularity({ resources: users, exponent: 1, rate: requests / seconds });
  const total = (name: string) =>
    sumOver(groups, (group: Group) => fromCold({ ...group, ...lifetimes, seconds })[name]);
  expect(errorOf(total("calls"), upstreamCalls)).toBeLessThan(0.005);
  expect(errorOf(total("stale"), refreshedBehind)).toBeLessThan(0.005);
  // What that program counts as hits are fresh and stale ones.
  expect(errorOf(requests - total("calls") + total("stale"), hits)).toBeLessThan(0.005);
});

describe("where not everything fits, the model agrees with npm run bench soak", () => {
  const soak = read("bench/results/soak.json");

  test.each([0, 1])("with the limits of run %i", (index) => {
    const { keys, exponent, requestsPerSecond, summary } = soak.runs[index];
    // Half of the requests are a crawl, whose resources get no second request of it.
    const rate = requestsPerSecond / 2;
    const seconds = summary.requests / requestsPerSecond;
    const groups: Group[] = toPopularity({ resources: keys, exponent, rate });
    const room = characteristicTime({ groups, once: rate, entries: summary.entries, keep: 86_460 });
    const total = (valueOf: (one: { calls: number; hits: number; stale: number }, group: Group) => number) =>
      sumOver(groups, (group: Group) => valueOf(inTheLongRun({ ...group, ...lifetimes, room }), group));
    const calls = total((one) => one.calls) * seconds + rate * seconds;
    const hits = total((one, group) => group.rate * (one.hits + one.stale)) / rate;
    expect(errorOf(calls, summary.upstreamCalls)).toBeLessThan(0.005);
    expect(Math.abs(hits * 100 - summary.zipfHitRatePercent)).toBeLessThan(1);
  });
});

describe("the requests that one entry serves", () => {
  /** The same by drawing the gaps between requests. */
  function drawn(rate: number, ttl: number, room: number, rounds: number): number {
    let state = 7;
    const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
    let served = 0;
    for (let n = 0; n < rounds; n++) {
      for (let at = 0, gap = 0; at <= ttl && gap <= room; at += gap) {
        served += 1;
        gap = -Math.log(random()) / rate;
      }
    }
    return served / rounds;
  }

  test.each([
    [1, 60, 3],
    [0.1, 60, 10],
    [0.05, 60, 50],
    [0.2, 60, 90],
  ])("at %d a second, for a lifetime of %d s and %d s without a use", (rate, ttl, room) => {
    expect(errorOf(servedByEntry({ rate, ttl, room }), drawn(rate, ttl, room, 200_000))).toBeLessThan(0.01);
  });

  test("are those before the first long gap if the lifetime is long", () => {
    expect(servedByEntry({ rate: 1, ttl: 1e6, room: 3 })).toBeCloseTo(Math.exp(3), 3);
  });
});

test("rates add up, whatever the number of resources and the exponent", () => {
  for (const resources of [1, 7, 1000, 1001, 1e6])
    for (const exponent of [0, 0.8, 1, 1.3]) {
      const groups: Group[] = toPopularity({ resources, exponent, rate: 50 });
      expect(sumOver(groups, ({ rate }: Group) => rate)).toBeCloseTo(50, 6);
      expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(resources);
    }
});

test("tokens are as many as the strictest limit needs", () => {
  const token = { quota: 5000, reservePercent: 5, pace: 800 };
  expect(tokensFor({ calls: 100, full: 9501, fullInFirstHour: 20_000 }, token)).toEqual({
    byQuota: 3,
    byPace: 1,
    inFirstHour: 5,
    needed: 3,
  });
  expect(tokensFor({ calls: 60 * 800 * 4, full: 10, fullInFirstHour: 10 }, token)).toMatchObject({
    byPace: 4,
    needed: 4,
  });
});

test("the cost of a month is that of Cloudflare's own example", () => {
  // https://developers.cloudflare.com/workers/platform/pricing/#example-4
  const { total, isFree } = toCost({ requests: 100e6, cpuMs: 700e6 }, read("scripts/plan/cloudflare-prices.json"));
  expect(total).toBeCloseTo(45.4, 6);
  expect(isFree).toBe(false);
  expect(toCost({ requests: 1e6, cpuMs: 1e6 }, read("scripts/plan/cloudflare-prices.json"))).toMatchObject({
    total: 5,
    isFree: true,
  });
});

describe("npm run plan", () => {
  const run = (...args: string[]) =>
    execFileSync(process.execPath, ["--no-warnings", "scripts/plan.mjs", ...args], { cwd: root, encoding: "utf8" });
  const plan = (...args: string[]) => JSON.parse(run("--json", ...args));

  test.each([
    [["--users=many"], '--users: a whole number from 1 to 10000000000, not "many"'],
    [["--users=-5"], "--users: a whole number"],
    [["--unchanged=1.5"], '--unchanged: a number from 0 to 1, not "1.5"'],
    [["--runtime=deno"], '--runtime: node or worker, not "deno"'],
    [["--set=CACHE_TTL_SECONDS"], '--set: NAME=VALUE, not "CACHE_TTL_SECONDS"'],
    [["--set=CACHE_TTL_SECONDS=soon"], "--set: CACHE_TTL_SECONDS: must be a whole number from 1 to 86400"],
    [["--set=CACHE_TLL_SECONDS=60"], "--set: CACHE_TLL_SECONDS is no setting of the service"],
    [["--user=5"], "unknown option --user: did you mean --users?"],
  ])("refuses %j", async (args, message) => {
    const command = promisify(execFile)(process.execPath, ["scripts/plan.mjs", ...args], { cwd: root });
    await expect(command).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining(message), stdout: "" });
  });

  test("says whether the given tokens suffice", () => {
    const { github, warnings } = plan("--tokens=2");
    expect(github.fits).toBe(false);
    expect(warnings).toContainEqual(expect.stringMatching(/^2 tokens are too few: \d+ are needed$/));
    expect(plan(`--tokens=${github.tokens.needed}`).github.fits).toBe(true);
    expect(run("--tokens=2")).toContain("WARNING: 2 tokens are too few");
  });

  test("knows the settings: a longer lifetime needs fewer calls", () => {
    const [usual, longer] = [plan(), plan("--set=CACHE_TTL_SECONDS=600")];
    expect(usual.lifetimes.ttl).toBe(60);
    expect(longer.github.callsAnHour).toBeLessThan(usual.github.callsAnHour / 2);
  });

  test("without Redis, each pod calls for itself, and there is no Redis to plan", () => {
    const [shared, alone] = [plan("--pods=10"), plan("--pods=10", "--no-redis")];
    expect(alone.redis).toBeUndefined();
    expect(alone.github.callsAnHour).toBeGreaterThan(1.5 * shared.github.callsAnHour);
    expect(alone.node.memoryBytes).toBe(shared.node.memoryBytes);
  });

  test("requests are what users send, or a rate", () => {
    expect(plan("--users=3600", "--per-user=2").load.requestsPerSecond).toBe(2);
    expect(plan("--rate=2").load.requestsPerSecond).toBe(2);
  });

  test("the Worker costs what its tier needs, and Durable Objects make one call for a key", () => {
    const { worker, node, lifetimes } = plan("--runtime=worker");
    expect(node).toBeUndefined();
    expect(lifetimes.ttl).toBe(60);
    const [memory, cache, kv, objects, all] = worker as { callsAnHour: number; dollarsPerMonth: number }[];
    expect(objects!.callsAnHour).toBeLessThan(cache!.callsAnHour);
    expect(cache!.callsAnHour).toBeLessThan(memory!.callsAnHour);
    expect(cache!.dollarsPerMonth).toBe(memory!.dollarsPerMonth);
    expect(kv!.dollarsPerMonth).toBeGreaterThan(cache!.dollarsPerMonth);
    expect(all!.callsAnHour).toBe(objects!.callsAnHour);
    expect(all!.dollarsPerMonth).toBeGreaterThan(objects!.dollarsPerMonth);
  });
});
