import { describe, expect, test } from "vitest";
import { createAccounting, limitAnswer, toQuota } from "../../../test/support/budget.ts";
import { createClock, down, failureOf, settle, toAnswer, toAsk } from "../../../test/support/layers.ts";
import type { Ask, Place } from "../model.ts";
import { type KeptAccounts, settleShared, takeShared } from "./memory-limits.ts";
import type { SettleRequest, SharedLimits, SharedReply, TakeRequest } from "./shared-limits.ts";

/** A tier in memory that the test watches and breaks. */
function createTier(clock = createClock()) {
  const accounts: KeptAccounts = new Map();
  const log: string[] = [];
  let trouble: (() => Promise<never>) | undefined;
  async function run<R extends TakeRequest | SettleRequest>(
    name: string,
    operate: (accounts: KeptAccounts, request: R, now: number) => SharedReply,
    request: R,
  ): Promise<SharedReply> {
    log.push(name);
    if (trouble) return trouble();
    return structuredClone(operate(accounts, structuredClone(request), clock.now()));
  }
  const limits: SharedLimits = {
    take: (request) => run("take", takeShared, request),
    settle: (request) => run("settle", settleShared, request),
  };
  return {
    limits,
    accounts,
    log,
    clock,
    fail: () => void (trouble = () => Promise.reject(new Error("down"))),
    hang: () => void (trouble = () => new Promise(() => undefined)),
    heal: () => void (trouble = undefined),
  };
}

type Tier = ReturnType<typeof createTier>;

/** As many processes over a tier; the tier's clock is theirs, or their own runs at a distance. */
async function createProcesses(count: number, tier: Tier, tokens = "a", env: Record<string, string> = {}) {
  return Promise.all(
    Array.from({ length: count }, () => createAccounting(tokens, env, { clock: tier.clock, limits: tier.limits })),
  );
}

/** That a process makes no call, and why. */
async function refusalOf({ fetch, next }: Awaited<ReturnType<typeof createAccounting>>, ask: Ask = toAsk()) {
  const { length } = next.calls;
  const error = await failureOf(fetch(ask));
  expect(next.calls).toHaveLength(length);
  return error;
}

/** A place in a queue with so much patience, in milliseconds of the real clock. */
function toPlace(patience: number): Place {
  const until = performance.now() + patience;
  return { patience: () => until - performance.now(), hold: (wait) => wait() };
}

const secondary = (more = {}) => limitAnswer(403, { quota: toQuota(4000), ...more });

describe("processes that share limits", () => {
  test("one is told to wait: none asks until the time is over, each with the time that is left", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    await failureOf(one!.ask(secondary({ retryAfter: 30 })));
    tier.clock.step(10_000);
    expect(await refusalOf(other!)).toMatchObject({ details: { retryAfter: 20, limit: "secondary" } });
    tier.clock.step(19_999);
    expect((await refusalOf(other!)).details.retryAfter).toBe(1);
    tier.clock.step(1);
    await expect(other!.ask()).resolves.toMatchObject({ upstreamStatus: 200 });
  });

  test("know of a limit from the head of the response, before its body is there", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    const work = failureOf(one!.fetch(toAsk()));
    await settle();
    const [call] = one!.next.calls;
    call?.ask.onHead?.({ upstreamStatus: 429, retryAfter: 30 });
    await settle();
    expect((await refusalOf(other!)).details.retryAfter).toBe(30);
    call?.answer(toAnswer(tier.clock.now(), limitAnswer(429, { retryAfter: 30 })));
    expect((await work).details.retryAfter).toBe(30);
    expect(
      tier.log.filter((name) => name === "settle"),
      "told once",
    ).toHaveLength(1);
  });

  test.each([
    ["a limit", secondary({ retryAfter: 30 })],
    ["a refusal", { entry: { status: 401 }, upstreamStatus: 401 }],
  ])("%s reaches no client before the tier knows of it; anything else does", async (_, answer) => {
    const tier = createTier();
    const [one] = await createProcesses(1, tier);
    tier.clock.step(1);
    const work = [one!.fetch(toAsk("good")), one!.fetch(toAsk("bad"))];
    for (const each of work) each.catch(() => undefined);
    await settle();
    tier.hang();
    let isOver = false;
    void work[1]!.catch(() => (isOver = true));
    one!.next.calls[0]?.answer(toAnswer(tier.clock.now()));
    await expect(work[0]).resolves.toMatchObject({ upstreamStatus: 200 });
    one!.next.calls[1]?.answer(toAnswer(tier.clock.now(), answer));
    await settle();
    expect(isOver).toBe(false);
  });

  test("count secondary limits in a row together, and forget them together", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    expect((await failureOf(one!.ask(secondary()))).details.retryAfter).toBe(60);
    tier.clock.step(60_000);
    expect((await failureOf(other!.ask(secondary()))).details.retryAfter).toBe(120);
    tier.clock.step(120_000);
    await one!.ask();
    expect((await failureOf(other!.ask(secondary()))).details.retryAfter).toBe(60);
  });

  test("never use the reserve together, and all that is above it", async () => {
    const tier = createTier();
    const processes = await createProcesses(4, tier, "a", { BUDGET_RESERVE_PERCENT: "10" });
    await processes[0]!.ask({ quota: toQuota(510) });
    const work = Array.from({ length: 24 }, (_, n) => processes[n % 4]!.fetch(toAsk(String(n))));
    for (const each of work) each.catch(() => undefined);
    await settle();
    const made = () => processes.flatMap(({ next }) => next.calls.slice(-10));
    expect(made().length - 1).toBe(10);
    for (const { next } of processes) for (const call of next.calls) call.answer(toAnswer(0));
    const ended = await Promise.allSettled(work);
    expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(10);
  });

  test("stay together below GitHub's limit of calls a minute", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier, "a", { FLEET_CONCURRENCY: "1000" });
    const work = Array.from({ length: 900 }, (_, n) => (n % 2 ? one! : other!).fetch(toAsk(String(n))));
    for (const each of work) each.catch(() => undefined);
    await expect.poll(() => one!.next.calls.length + other!.next.calls.length, { timeout: 10_000 }).toBe(800);
    expect((await refusalOf(one!)).details).toMatchObject({ limit: "secondary", retryAfter: 60 });
  });

  test("show the quota less the calls of all", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    await one!.ask({ quota: toQuota(100) });
    for (const n of [1, 2, 3]) void one!.fetch(toAsk(String(n)));
    await settle();
    const { changes } = other!.budget;
    const before = changes();
    expect(await other!.budget.refresh()).toEqual({ isShared: true, running: 3, concurrency: 90 });
    expect(other!.budget.view().remaining).toBe(97);
    expect(changes()).toBeGreaterThan(before);
  });

  test("ask the tier for news once a second at most", async () => {
    const tier = createTier();
    const [one] = await createProcesses(1, tier, "a,b");
    for (const _ of [1, 2, 3]) await one!.budget.refresh();
    expect(tier.log).toHaveLength(2);
    tier.clock.step(1000);
    await one!.budget.refresh();
    expect(tier.log).toHaveLength(4);
  });

  test("need one operation before a call, and one after it", async () => {
    const tier = createTier();
    const [one] = await createProcesses(1, tier, "a,b,c");
    await one!.ask();
    await settle();
    expect(tier.log).toEqual(["take", "settle"]);
  });

  test("go on to the next token where the tier denies the best one", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier, "a,b");
    await failureOf(one!.ask(secondary({ retryAfter: 30 })));
    expect(one!.secrets()).toEqual(["a"]);
    await other!.ask();
    expect(other!.secrets()).toEqual(["b"]);
  });

  test("may have different tokens", async () => {
    const tier = createTier();
    const [[one], [other]] = await Promise.all([createProcesses(1, tier, "a,b"), createProcesses(1, tier, "b,c")]);
    await failureOf(one!.ask(secondary({ retryAfter: 30, quota: toQuota(100) })));
    await failureOf(one!.ask(secondary({ retryAfter: 30, quota: toQuota(4999) })));
    await other!.ask();
    expect([one!.secrets(), other!.secrets()]).toEqual([["a", "b"], ["c"]]);
  });

  test("with clocks that differ by minutes wait as long as others", async () => {
    const tier = createTier();
    const [one] = await createProcesses(1, tier);
    const other = await createAccounting(
      "a",
      {},
      { clock: createClock(tier.clock.now() + 240_000), limits: tier.limits },
    );
    await failureOf(one!.ask(secondary({ retryAfter: 30 })));
    expect((await refusalOf(other)).details.retryAfter).toBe(30);
    tier.clock.step(20_000);
    other.clock.step(20_000);
    expect((await refusalOf(other)).details.retryAfter).toBe(10);
  });
});

describe("a token that GitHub refuses", () => {
  const refused = { entry: { status: 401 }, upstreamStatus: 401 };
  type Process = Awaited<ReturnType<typeof createAccounting>>;

  /** One request; GitHub refuses the token `a` or accepts it. @returns the secrets of its calls */
  let asked = 0;
  async function meet({ fetch, next, clock, secrets }: Process, isRefused: boolean): Promise<string[]> {
    let { length } = next.calls;
    const since = length;
    const work = fetch(toAsk(`met ${(asked += 1)}`));
    for (; ; length += 1) {
      await settle();
      const call = next.calls[length];
      if (!call) break;
      call.answer(toAnswer(clock.now(), call.ask.token?.secret === "a" && isRefused ? refused : {}));
    }
    await work;
    return secrets().slice(since);
  }

  test("is found out by one process, probed by one, and taken back by all", async () => {
    const tier = createTier();
    const [one, other, third] = await createProcesses(3, tier);
    expect(await meet(one!, true)).toEqual(["a", "a", "none"]);
    expect(await meet(other!, true)).toEqual(["none"]);
    expect(other!.budget.accounts()).toMatchObject([{ valid: false }]);
    tier.clock.step(2000);
    expect(await meet(other!, true)).toEqual(["a", "none"]);
    expect(await meet(third!, true)).toEqual(["none"]);
    tier.clock.step(2000);
    expect(await meet(one!, true), "twice as long").toEqual(["none"]);
    tier.clock.step(2000);
    expect(await meet(third!, false)).toEqual(["a"]);
    expect(await meet(one!, false)).toEqual(["a"]);
    expect(await meet(other!, false)).toEqual(["a"]);
  });

  test("is probed by one call at a time over all processes", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    await meet(one!, true);
    await meet(other!, true);
    tier.clock.step(2000);
    void one!.fetch(toAsk("probe"));
    await settle();
    expect(one!.secrets().at(-1)).toBe("a");
    expect(await meet(other!, false)).toEqual(["none"]);
  });

  test("is not asked a second time where another process has found out meanwhile", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    const work = one!.fetch(toAsk("early"));
    await settle();
    await meet(other!, true);
    one!.next.calls[0]?.answer(toAnswer(tier.clock.now(), refused));
    await settle();
    expect(one!.secrets()).toEqual(["a", "none"]);
    one!.next.calls[1]?.answer(toAnswer(tier.clock.now()));
    await expect(work).resolves.toMatchObject({ upstreamStatus: 200 });
  });
});

describe("where too many calls are under way over all processes", () => {
  const env = { FLEET_CONCURRENCY: "2" };

  test("a call waits for its turn, and goes when another process's call is over", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier, "a", env);
    for (const n of [1, 2]) void one!.fetch(toAsk(String(n)));
    await settle();
    const work = other!.fetch(toAsk("waits", { place: toPlace(10_000) }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(other!.next.calls).toHaveLength(0);
    expect((await other!.metrics.expose(undefined)).body).toContain("github_fleet_queue_length 1");
    one!.next.calls[0]?.answer(toAnswer(tier.clock.now()));
    await expect.poll(() => other!.next.calls.length).toBe(1);
    other!.next.calls[0]?.answer(toAnswer(tier.clock.now()));
    await expect(work).resolves.toMatchObject({ upstreamStatus: 200 });
    expect((await other!.metrics.expose(undefined)).body).toContain("github_fleet_queue_length 0");
  });

  test("they go in order of arrival", async () => {
    const tier = createTier();
    const [one] = await createProcesses(1, tier, "a", { FLEET_CONCURRENCY: "1" });
    for (const key of ["a", "b", "c", "d"]) {
      void one!.fetch(toAsk(key, { place: toPlace(10_000) }));
      await settle();
    }
    for (const n of [1, 2, 3, 4]) {
      await expect.poll(() => one!.next.calls.length).toBe(n);
      one!.next.calls[n - 1]?.answer(toAnswer(tier.clock.now()));
    }
    expect(one!.next.calls.map(({ ask }) => ask.resource.key)).toEqual(["a", "b", "c", "d"]);
  });

  test("a call whose turn does not come in time is refused, and reserves nothing", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier, "a", env);
    for (const n of [1, 2]) void one!.fetch(toAsk(String(n)));
    await settle();
    const error = await refusalOf(other!, toAsk("waits", { place: toPlace(60) }));
    expect(error).toMatchObject({ failure: "service-unavailable", details: { retryAfter: 1 } });
    tier.clock.step(1000);
    expect(await other!.budget.refresh()).toMatchObject({ running: 2 });
    expect(other!.budget.view().remaining).toBe(4998);
  });

  test("a limit ends the wait", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier, "a", env);
    const work = [1, 2].map((n) => failureOf(one!.fetch(toAsk(String(n)))));
    await settle();
    const waiting = failureOf(other!.fetch(toAsk("waits", { place: toPlace(10_000) })));
    await settle();
    for (const call of one!.next.calls) call.answer(toAnswer(tier.clock.now(), secondary({ retryAfter: 30 })));
    await Promise.all(work);
    expect((await waiting).details.retryAfter).toBe(30);
    expect(other!.next.calls).toHaveLength(0);
  });

  test("calls of a process that is gone come back after their lifetime", async () => {
    const tier = createTier();
    const [gone, other] = await createProcesses(2, tier, "a", env);
    for (const n of [1, 2]) void gone!.fetch(toAsk(String(n)));
    await settle();
    tier.clock.step(11_000);
    await expect(other!.ask({ quota: toQuota(4000) })).resolves.toMatchObject({ upstreamStatus: 200 });
    expect(other!.budget.view().remaining).toBe(4000);
  });
});

describe("a tier that does not respond", () => {
  const messages = ({ log }: { log: { message: string }[] }) => log.map(({ message }) => message);

  test.each(["fail", "hang"] as const)("%s: each process goes on alone, and says so once", async (how) => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier, "a", { SHARED_CACHE_TIMEOUT_MS: "20" });
    tier[how]();
    const work = one!.fetch(toAsk());
    await expect.poll(() => one!.next.calls.length).toBe(1);
    one!.next.calls[0]?.answer(toAnswer(tier.clock.now(), { quota: toQuota(300) }));
    await work;
    // The tier is left alone for a while.
    await one!.ask({ quota: toQuota(299) });
    expect(one!.budget.view().remaining).toBe(299);
    expect(messages(one!)).toEqual(["limits are not shared: counting alone"]);
    expect(await one!.budget.refresh()).toMatchObject({ isShared: false });
    expect((await one!.metrics.expose(undefined)).body).toMatch(
      /github_fleet_errors_total\{operation="take",reason="\w+"\} 1/,
    );
    // Its own account counts: a limit holds for this process.
    await failureOf(one!.ask(secondary({ retryAfter: 30 })));
    expect((await refusalOf(one!)).details.retryAfter).toBe(30);
    void other!.fetch(toAsk());
    await expect.poll(() => other!.next.calls.length, { message: "the other's account knows of none" }).toBe(1);
  });

  test("a limit that one learnt alone is known to all when the tier is back", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    await other!.ask({ quota: toQuota(4000) });
    tier.fail();
    await one!.ask({ quota: toQuota(3000) });
    await failureOf(one!.ask(secondary({ retryAfter: 90, quota: toQuota(2999) })));
    tier.heal();
    tier.clock.step(60_000);
    await one!.budget.refresh();
    expect(messages(one!).slice(-1)).toEqual(["limits are shared again"]);
    expect((await refusalOf(other!)).details.retryAfter).toBe(30);
    expect(other!.budget.view().remaining).toBe(2999);
  });

  test("and so are a refused token, and the calls of this minute", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    tier.fail();
    const work = one!.fetch(toAsk());
    for (const [n, status] of [401, 401, 200].entries()) {
      await settle();
      one!.next.calls[n]?.answer(toAnswer(tier.clock.now(), { entry: { status }, upstreamStatus: status }));
    }
    await work;
    tier.heal();
    tier.clock.step(1000);
    await one!.budget.refresh();
    expect(tier.accounts.values().next().value?.state).toMatchObject({ refusals: 1, minute: { calls: 2 } });
    await other!.budget.refresh();
    expect(other!.budget.accounts()).toMatchObject([{ valid: false }]);
  });

  test("what the tier says is worth nothing to an account that has learnt since it was asked", async () => {
    const tier = createTier();
    const replies: (() => void)[] = [];
    const limits: SharedLimits = {
      take: async (request) => {
        const reply = await tier.limits.take(request);
        await new Promise<void>((resolve) => replies.push(resolve));
        return reply;
      },
      settle: tier.limits.settle,
    };
    const one = await createAccounting("a", {}, { clock: tier.clock, limits });
    const first = failureOf(one.fetch(toAsk("first")));
    await settle();
    const second = one.fetch(toAsk("second"));
    await settle();
    replies[0]?.();
    await settle();
    tier.fail();
    one.next.calls[0]?.answer(toAnswer(tier.clock.now(), limitAnswer(403, { quota: toQuota(0) })));
    await first;
    replies[1]?.();
    await settle();
    expect(one.budget.view().remaining).toBe(0);
    one.next.calls[1]?.answer(toAnswer(tier.clock.now()));
    await second;
  });

  test("a tier that lost its state learns it from whoever comes first, and then from each", async () => {
    const tier = createTier();
    const [one, other] = await createProcesses(2, tier);
    await one!.ask({ quota: toQuota(4000) });
    tier.clock.step(10);
    await other!.ask({ quota: toQuota(3000) });
    await failureOf(other!.ask(secondary({ retryAfter: 30, quota: toQuota(2999) })));
    tier.accounts.clear();
    tier.clock.step(1000);
    // It does not know of the limit.
    await one!.ask({ quota: toQuota(3998) });
    await other!.budget.refresh();
    expect((await refusalOf(one!)).details.retryAfter).toBe(29);
    expect(one!.budget.view().remaining).toBe(2999);
  });

  test("a call that fails is over for the tier too", async () => {
    const tier = createTier();
    const [one] = await createProcesses(1, tier);
    const work = failureOf(one!.fetch(toAsk()));
    await settle();
    one!.next.calls[0]?.fail(down());
    await work;
    await settle();
    tier.clock.step(1000);
    expect(await one!.budget.refresh()).toMatchObject({ running: 0 });
  });
});
