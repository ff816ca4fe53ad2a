import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
// @ts-expect-error: a program, without types
import { planPods } from "../../scripts/plan/node.mjs";
// @ts-expect-error: a program, without types
import { toPopularity } from "../../scripts/plan/popularity.mjs";
// @ts-expect-error: a program, without types
import { leastCalls } from "./minimum.mjs";
// @ts-expect-error: a program, without types
import { tolerance } from "./scenarios.mjs";

interface Result {
  requests: number;
  calls: number;
  least: number;
  overLeast: number;
  failed: number;
  lost: number;
  later: Record<"requests" | "calls" | "hits" | "reads" | "scripts", number>;
  fleet: { started: number; stopped: number; crashed: number };
  statuses: Record<"200" | "304" | "403", number>;
  afterLimit: { within100ms: number; later: number };
}

const small = {
  pods: 30,
  users: 60_000,
  requestsPerUserHour: 10,
  keys: 1000,
  exponent: 1,
  seconds: 310,
  warmUp: 70,
  tokens: 16,
  shared: true,
  env: {},
  seed: 3,
};

async function simulate(options: object = {}): Promise<Result> {
  const path = fileURLToPath(new URL("simulate.mjs", import.meta.url));
  const args = ["--no-warnings", path, JSON.stringify({ ...small, ...options })];
  return JSON.parse((await promisify(execFile)(process.execPath, args)).stdout) as Result;
}

describe("a fleet with a shared tier", () => {
  let simulated: Promise<Result> | undefined;
  const simulateOnce = () => (simulated ??= simulate());

  test("calls GitHub as often as one cache would", async () => {
    const result = await simulateOnce();
    expect(result.least).toBeGreaterThan(3000);
    expect(Math.abs(result.overLeast - 1)).toBeLessThanOrEqual(tolerance);
    expect(result).toMatchObject({ failed: 0, lost: 0 });
  });

  test("does what npm run plan says, within 3 %", async () => {
    const { later } = await simulateOnce();
    const rate = (small.users * small.requestsPerUserHour) / 3600;
    const { github, operations } = planPods({
      pods: small.pods,
      utilisation: 1,
      callsAtOnce: 20,
      groups: toPopularity({ resources: small.keys, exponent: small.exponent, rate }),
      once: 0,
      shared: true,
      lifetimes: { ttl: 60, latency: 0.1, staleWhileRevalidate: 30, keep: 86_400 },
      unchanged: 0.9,
      entries: 10_000,
      spellings: 3000,
      measured: { hitSeconds: () => 0, routedSeconds: 0, callSeconds: 0 },
      body: 300,
      keep: 86_460,
    });
    const seconds = small.seconds - small.warmUp;
    const planned = {
      calls: (github.calls / 3600) * seconds,
      hits: github.hits * later.requests,
      reads: operations.reads * seconds,
      scripts: operations.writes * seconds,
    };
    for (const name of ["calls", "hits", "reads", "scripts"] as const) {
      const message = `${name}: ${later[name]}, planned ${planned[name]}`;
      expect(Math.abs(later[name] / planned[name] - 1), message).toBeLessThan(0.03);
    }
  });
});

test("a fleet whose pods stop, start and crash calls GitHub as often as one cache would", async () => {
  const { fleet, overLeast, failed } = await simulate({ seconds: 100, churn: { every: 1, crashes: 0.1 } });
  expect(fleet.stopped).toBeGreaterThan(60);
  expect(fleet.crashed).toBeGreaterThan(3);
  expect(Math.abs(overLeast - 1)).toBeLessThanOrEqual(tolerance);
  expect(failed).toBe(0);
});

describe("while GitHub limits one token, and has told one pod", () => {
  const limit = { from: 40, seconds: 50 };

  test("no other pod calls with it, and calls stay as few", async () => {
    const { statuses, afterLimit, overLeast, failed } = await simulate({ seconds: 95, limit });
    expect(statuses[403]).toBeGreaterThan(0);
    expect(afterLimit.later).toBe(0);
    expect(Math.abs(overLeast - 1)).toBeLessThanOrEqual(tolerance);
    // A first fetch that meets the limit has nothing to send.
    expect(failed).toBeLessThanOrEqual(statuses[403]);
  });

  test("each finds out by itself if they do not share limits", async () => {
    const { afterLimit } = await simulate({ seconds: 95, limit, limitsShared: false });
    expect(afterLimit.later).toBeGreaterThan(10);
  });
});

test("without a shared tier each pod calls for itself", async () => {
  const { overLeast } = await simulate({ shared: false, seconds: 30, warmUp: undefined });
  expect(overLeast).toBeGreaterThan(2);
});

describe("the least possible calls of a log", () => {
  const latencyOf = () => 100;
  const least = (times: number[], keys: number[]) =>
    leastCalls({ times, keys }, { lifetime: 1000, latencyOf, count: 2 }) as number;

  test("is one for a key and lifetime, which begins with GitHub's response", () => {
    expect(least([0, 50, 1099], [0, 0, 0])).toBe(1);
    expect(least([0, 50, 1100, 1101], [0, 0, 0, 0])).toBe(2);
  });

  test("counts each key for itself", () => {
    expect(least([0, 1, 2, 3], [0, 1, 0, 1])).toBe(2);
  });
});
