import { describe, expect, test } from "vitest";
import { createAccounting, startSeconds, toQuota } from "../../../test/support/budget.ts";
import { failureOf, settle, toAnswer, toAsk } from "../../../test/support/layers.ts";

describe("what is known of a quota", () => {
  test("before GitHub told anything it is GitHub's usual one", async () => {
    expect((await createAccounting("")).budget.view()).toMatchObject({ limit: 60, remaining: 60, used: 0 });
    expect((await createAccounting("a")).budget.view()).toMatchObject({ limit: 5000, remaining: 5000, used: 0 });
  });

  test("is as the answers tell it, whatever the limit", async () => {
    const { ask, budget } = await createAccounting("a");
    await ask({ quota: toQuota(14_000, 15_000) });
    expect(budget.view()).toStrictEqual(toQuota(14_000, 15_000));
  });

  test("answers that overtake one another never give anything back within an hour", async () => {
    const { ask, budget } = await createAccounting("a");
    for (const remaining of [4000, 3998, 3999, 4000, 3990, 3997]) await ask({ quota: toQuota(remaining) });
    expect(budget.view().remaining).toBe(3990);
  });

  test("an answer of the hour before does not undo the new one", async () => {
    const { ask, budget, clock } = await createAccounting("a");
    await ask({ quota: toQuota(5) });
    clock.step(3_600_000);
    await ask({ quota: toQuota(4990, 5000, startSeconds + 7200) });
    await ask({ quota: toQuota(3) });
    expect(budget.view()).toMatchObject({ remaining: 4990, reset: startSeconds + 7200 });
  });

  test("is whole again once its hour is over", async () => {
    const { ask, budget, clock } = await createAccounting("a");
    await ask({ quota: toQuota(0) });
    clock.step(3_599_999);
    expect(budget.view().remaining).toBe(0);
    clock.step(1);
    expect(budget.view()).toMatchObject({ limit: 5000, remaining: 5000, used: 0 });
    expect(budget.view().reset).toBeGreaterThan(startSeconds + 3600);
  });

  test("answers without a quota change nothing", async () => {
    const { ask, budget } = await createAccounting("a");
    await ask({ quota: toQuota(42) });
    await ask();
    expect(budget.view().remaining).toBe(42);
  });

  test("is the sum over the pool, and the first reset", async () => {
    const { ask, budget } = await createAccounting("a,b");
    await ask({ quota: toQuota(1000, 5000, startSeconds + 500) });
    await ask({ quota: toQuota(2000, 5000, startSeconds + 400) });
    expect(budget.view()).toStrictEqual({ limit: 10_000, remaining: 3000, used: 7000, reset: startSeconds + 400 });
  });

  test("calls under way count as used, and never more than there is", async () => {
    const { fetch, ask, budget } = await createAccounting("a");
    await ask({ quota: toQuota(2) });
    const work = [1, 2, 3].map((n) => fetch(toAsk(String(n))));
    for (const one of work) one.catch(() => undefined);
    await settle();
    expect(budget.view()).toMatchObject({ remaining: 0, used: 5000 });
  });
});

describe("what clients are shown of it", () => {
  test("leaves out the reserve of each token, so that nothing is left where a miss is refused", async () => {
    const { ask, budget } = await createAccounting("a,b", { BUDGET_RESERVE_PERCENT: "2" });
    expect(budget.view()).toMatchObject({ limit: 9800, remaining: 9800, used: 0 });
    await ask({ quota: toQuota(101) });
    await ask({ quota: toQuota(99) });
    expect(budget.view()).toMatchObject({ limit: 9800, remaining: 1, used: 9799 });
    await ask({ quota: toQuota(100) });
    expect(budget.view()).toMatchObject({ limit: 9800, remaining: 0, used: 9800 });
    const error = await failureOf(ask());
    expect(error.details).toMatchObject({ limit: "primary", retryAfter: 3600 });
  });

  test("is what operators see of each token, with the reserve", async () => {
    const { ask, budget } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "2" });
    await ask({ quota: toQuota(101) });
    expect(budget.accounts()).toMatchObject([{ quota: { limit: 5000, remaining: 101, used: 4899 } }]);
  });
});

describe("calls a minute", () => {
  /** How many of so many calls reach GitHub. */
  async function count({ fetch, next, clock }: Awaited<ReturnType<typeof createAccounting>>, calls: number) {
    const { length } = next.calls;
    const work = Array.from({ length: calls }, (_, n) => fetch(toAsk(String(n))));
    for (const one of work) one.catch(() => undefined);
    await settle();
    for (const call of next.calls.slice(length)) call.answer(toAnswer(clock.now()));
    await Promise.allSettled(work);
    return next.calls.length - length;
  }

  test("stay below GitHub's secondary limit, and go on in the next minute", async () => {
    const accounting = await createAccounting("a");
    expect(await count(accounting, 790)).toBe(790);
    accounting.clock.step(30_000);
    expect(await count(accounting, 100)).toBe(10);
    const error = await failureOf(accounting.fetch(toAsk()));
    // Most of the quota is left.
    expect(error).toMatchObject({ failure: "rate-limited", details: { retryAfter: 30, limit: "secondary" } });
    accounting.clock.step(30_000);
    expect(await count(accounting, 100)).toBe(100);
  });

  test("a clock that was set back begins a new minute, no longer and no wider than another", async () => {
    const accounting = await createAccounting("a");
    expect(await count(accounting, 800)).toBe(800);
    accounting.clock.step(-3_600_000);
    expect(await count(accounting, 900)).toBe(800);
  });
});
