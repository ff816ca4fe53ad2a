import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { startSeconds } from "../../../test/support/budget.ts";
import { hasRedis, type RedisServer, startRedis } from "../../../test/support/redis-server.ts";
import { callsPerMinute } from "../../core/github/account-state.ts";
import { type KeptAccounts, settleShared, takeShared } from "../../core/github/memory-limits.ts";
import type { Known, SettleRequest, SharedReply, TakeRequest } from "../../core/github/shared-limits.ts";
import { createRedisLimits, settleScript, takeScript } from "./limits.ts";

type Operation = { pass: number } | { take: TakeRequest } | { settle: SettleRequest };

const start = startSeconds * 1000;
const concurrency = 2;
const quota = fc
  .record({ limit: fc.constantFrom(60, 61), remaining: fc.nat(60), reset: fc.constantFrom(5, 600, 3600) })
  .map(({ limit, remaining, reset }) => ({ limit, remaining, used: limit - remaining, reset: startSeconds + reset }));
const fresh: Known = {
  epoch: 0,
  reported: { limit: 60, remaining: 60, used: 0, reset: startSeconds + 3600 },
  blocked: 0,
  secondaryLimits: 0,
  refusals: 0,
  suspended: 0,
  suspension: 0,
  calls: 0,
};
const known = fc.oneof(
  { weight: 4, arbitrary: fc.constant(fresh) },
  {
    weight: 1,
    arbitrary: fc.record({
      epoch: fc.constantFrom(0, start),
      reported: quota,
      blocked: fc.constantFrom(0, 0, 1500, 60_000),
      secondaryLimits: fc.nat(3),
      refusals: fc.nat(2),
      suspended: fc.constantFrom(0, 2000),
      suspension: fc.constantFrom(2000, 4000),
      calls: fc.constantFrom(0, 0, 3, callsPerMinute),
    }),
  },
);
const call = fc.nat(9).map((n) => `call-${n}`);
const resource = fc.constantFrom("one", "two", "three");
const maybeQuota = fc.oneof(
  fc.constant({}),
  quota.map((value) => ({ quota: value })),
);
const outcome = fc.oneof(
  fc.record({ kind: fc.constantFrom("none" as const, "accepted" as const) }),
  fc.record({ kind: fc.constant("refused" as const), resource }),
  fc.record({ kind: fc.constant("limited" as const), isPrimary: fc.boolean() }),
  fc.record({ kind: fc.constant("limited" as const), isPrimary: fc.boolean(), seconds: fc.constantFrom(0, 3, 90) }),
);
const forward = [1, 999, 2000, 11_000, 59_999, 60_000, 120_000, 600_000, 3_600_000];

/** @param passes steps of the clock, in milliseconds */
const operationOf = (ids: string[], passes: number[]): fc.Arbitrary<Operation> => {
  const base = fc.record({ account: fc.constantFrom(...ids), known, concurrency: fc.constant(concurrency) });
  return fc.oneof(
    { weight: 2, arbitrary: fc.record({ pass: fc.constantFrom(...passes) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        take: fc.tuple(base, call, resource, fc.constantFrom(0, 5, 50)).map(([common, name, key, reserve]) => ({
          ...common,
          call: `${common.account} ${name}`,
          lifetime: 11_000,
          resource: key,
          reserve,
        })),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        settle: fc.tuple(base, call, outcome, maybeQuota).map(([common, name, said, more]) => ({
          ...common,
          call: `${common.account} ${name}`,
          outcome: { ...said, ...more },
        })),
      }),
    },
  );
};
describe.runIf(hasRedis())("limits in Redis", () => {
  let redis: RedisServer;
  beforeAll(async () => void (redis = await startRedis()));
  afterAll(() => redis.stop());
  beforeEach(async () => void (await redis.client.flushall()));

  /** Runs a script by the test's clock. */
  async function runAt(script: string, request: TakeRequest | SettleRequest, now: number): Promise<SharedReply> {
    const timed = script.replace("redis.call('time')", "{ ARGV[2], ARGV[3] }");
    expect(timed).not.toBe(script);
    const name = request.account === "" ? "anonymous" : request.account;
    const keys = ["account", "calls", "refused"].map((kind) => `test:${kind}:${name}`);
    const time = [Math.floor(now / 1000), (now % 1000) * 1000];
    return JSON.parse(
      String(await redis.client.eval(timed, 4, ...keys, "test:calls", JSON.stringify(request), ...time)),
    ) as SharedReply;
  }

  test.each([
    ["two tokens", ["", "0123456789ab"], forward],
    // Calls of another account that count as lost would come back.
    ["a clock that is set back", [""], [...forward, -5000, -7_200_000]],
  ])(
    "are the same state machine as in TypeScript, whatever happens in whatever order: %s",
    { timeout: 120_000 },
    async (_, ids, passes) => {
      const operation = operationOf(ids, passes);
      const seen = { granted: 0, full: 0, waits: 0, refused: 0, blocked: 0 };
      await fc.assert(
        fc.asyncProperty(fc.array(operation, { minLength: 10, maxLength: 60, size: "max" }), async (operations) => {
          await redis.client.flushall();
          const accounts: KeptAccounts = new Map();
          let now = start;
          for (const step of operations) {
            if ("pass" in step) now += step.pass;
            else {
              const [expected, reply] =
                "take" in step
                  ? [takeShared(accounts, step.take, now), await runAt(takeScript, step.take, now)]
                  : [settleShared(accounts, step.settle, now), await runAt(settleScript, step.settle, now)];
              expect(reply).toEqual(expected);
              seen.granted += Number("take" in step && reply.granted);
              seen.full += Number(reply.isFull);
              seen.waits += Number(reply.wait > 0);
              seen.refused += Number(reply.account.refusals > 0);
              seen.blocked += Number(reply.account.blockedUntil > now);
            }
          }
        }),
        { seed: 20_261_128, numRuns: 150 },
      );
      for (const [what, times] of Object.entries(seen)) expect(times, what).toBeGreaterThan(20);
    },
  );

  test("are there for every process, by the server's clock, and never with a token", async () => {
    const second = redis.client.duplicate();
    onTestFinished(() => second.disconnect());
    const [one, other] = [createRedisLimits(redis.client), createRedisLimits(second)];
    const common = { account: "0123456789ab", known: fresh, concurrency: 1 };
    const take = { ...common, lifetime: 11_000, resource: "key", reserve: 0 };
    const before = Date.now();
    expect(await one.take({ ...take, call: "a" })).toMatchObject({ granted: true, running: 1 });
    const full = await other.take({ ...take, call: "b" });
    expect(full).toMatchObject({ granted: false, isFull: true, account: { inFlight: 1 } });
    expect(Math.abs(full.now - before)).toBeLessThan(10_000);
    await one.settle({ ...common, call: "a", outcome: { kind: "limited", isPrimary: false, seconds: 17 } });
    const denied = await other.take({ ...take, call: "b" });
    expect(denied).toMatchObject({ granted: false, isFull: false });
    expect(denied.wait).toBeGreaterThan(16_000);
    for (const key of await redis.client.keys("*")) {
      expect(key).toMatch(/^edge-gists:\{limits\}:/);
      expect(await redis.client.pttl(key), `${key} ends by itself`).toBeGreaterThan(0);
    }
  });

  test("a call that is never given back counts for its lifetime only", async () => {
    const limits = createRedisLimits(redis.client);
    const take = { account: "", known: fresh, concurrency: 1, resource: "key", reserve: 0 };
    await limits.take({ ...take, call: "lost", lifetime: 300 });
    expect((await limits.take({ ...take, call: "next", lifetime: 300 })).isFull).toBe(true);
    await expect.poll(async () => (await limits.take({ ...take, call: "next", lifetime: 300 })).granted).toBe(true);
  });

  test("calls from before the server's clock was set back count no more", async () => {
    const limits = createRedisLimits(redis.client);
    const take = { account: "", known: fresh, concurrency: 1, resource: "key", reserve: 0, lifetime: 11_000 };
    await limits.take({ ...take, call: "before" });
    const keys = ["edge-gists:{limits}:calls", "edge-gists:{limits}:calls:anonymous"];
    for (const key of keys) await redis.client.zincrby(key, 3_600_000, (await redis.client.zrange(key, 0, 0))[0]!);
    const reply = await limits.take({ ...take, call: "after" });
    expect(reply).toMatchObject({ granted: true, running: 1, account: { inFlight: 1 } });
  });

  test("a suspension from before the server's clock was set back is over", async () => {
    const limits = createRedisLimits(redis.client);
    const base = { account: "", known: fresh, concurrency: 1 };
    await limits.settle({ ...base, call: "a", outcome: { kind: "refused", resource: "key" } });
    await redis.client.hincrby("edge-gists:{limits}:account:anonymous", "suspended", 3_600_000);
    const take = { ...base, call: "b", resource: "other", reserve: 0, lifetime: 11_000 };
    expect(await limits.take(take)).toMatchObject({ granted: true, account: { refusals: 1 } });
    await limits.settle({ ...base, call: "b", outcome: { kind: "refused", resource: "other" } });
    expect((await limits.take({ ...take, call: "c" })).wait, "twice as long").toBeGreaterThan(2000);
  });

  test("what is no reply of a script is refused", async () => {
    const limits = createRedisLimits(redis.client);
    await redis.client.hset("edge-gists:{limits}:account:anonymous", "epoch", 1, "limit", "x");
    const request = { account: "", known: fresh, concurrency: 1, call: "a", outcome: { kind: "none" as const } };
    await expect(limits.settle(request)).rejects.toThrow("user_script");
  });
});
