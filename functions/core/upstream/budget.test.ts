import { describe, expect, test } from "vitest";
import { createAccounting, toQuota, words } from "../../../test/support/budget.ts";
import { down, failureOf, settle, toAnswer, toAsk } from "../../../test/support/layers.ts";

const refused = { entry: { status: 401 }, upstreamStatus: 401, quota: toQuota(3, 60) };

describe("which token is used", () => {
  test("none where none is configured", async () => {
    const { ask, secrets, next } = await createAccounting("");
    await ask();
    expect(secrets()).toStrictEqual(["none"]);
    expect(next.calls[0]?.ask).not.toHaveProperty("token");
  });

  test("the one with most left", async () => {
    const { ask, secrets } = await createAccounting("a,b,c");
    await ask({ quota: toQuota(100) });
    await ask({ quota: toQuota(300) });
    await ask({ quota: toQuota(200) });
    await ask({ quota: toQuota(150) });
    await ask({ quota: toQuota(199) });
    await ask();
    expect(secrets()).toStrictEqual(["a", "b", "c", "b", "c", "c"]);
  });

  test("calls under way count, so that they spread over the pool", async () => {
    const { fetch, secrets } = await createAccounting("a,b");
    for (let n = 0; n < 6; n += 1) void fetch(toAsk(String(n)));
    await settle();
    expect(secrets().filter((secret) => secret === "a")).toHaveLength(3);
  });

  test("before the fullest one that whose validator is known, for its 304 is free", async () => {
    const { ask, next, secrets } = await createAccounting("a,b");
    await ask({ quota: toQuota(10) });
    await ask({ quota: toQuota(4000) });
    const { id } = next.calls[0]!.ask.token!;
    await ask({}, toAsk("one", { etags: { [id]: 'W/"1"' } }));
    await ask({}, toAsk("one", { etags: { "": 'W/"anonymous"' } }));
    expect(secrets()).toStrictEqual(["a", "b", "a", "b"]);
  });

  test("ids of tokens tell nothing of them, and are the same in every process", async () => {
    const [one, two] = [await createAccounting("ghp_secret"), await createAccounting("ghp_secret")];
    await one.ask();
    await two.ask();
    const id = one.next.calls[0]?.ask.token?.id;
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(two.next.calls[0]?.ask.token?.id).toBe(id);
  });
});

describe("a token that GitHub refuses", () => {
  test("is set aside, logged by its index, and the next one is asked at once", async () => {
    const { fetch, next, secrets, log, clock, budget } = await createAccounting("bad,good");
    const work = fetch(toAsk());
    await settle();
    next.calls[0]?.answer(toAnswer(clock.now(), refused));
    await settle();
    next.calls[1]?.answer(toAnswer(clock.now(), { quota: toQuota(4999) }));
    await expect(work).resolves.toMatchObject({ upstreamStatus: 200 });
    expect(secrets()).toStrictEqual(["bad", "good"]);
    expect(log).toStrictEqual([{ level: "error", message: "GitHub refuses a token: set aside", fields: { token: 0 } }]);
    expect(JSON.stringify(log)).not.toContain("bad");
    expect(budget.accounts().map(({ index, valid }) => [index, valid])).toStrictEqual([
      [0, false],
      [1, true],
    ]);
  });

  test("what the refusal tells of a quota is not the token's", async () => {
    const { fetch, next, clock, budget } = await createAccounting("bad,good");
    const work = fetch(toAsk());
    await settle();
    next.calls[0]?.answer(toAnswer(clock.now(), refused));
    await settle();
    next.calls[1]?.answer(toAnswer(clock.now(), { quota: toQuota(4999) }));
    await work;
    expect(budget.accounts()[0]?.quota).toMatchObject({ limit: 5000, remaining: 5000 });
  });

  test("where all are refused, calls go without one; refused even so, it is our fault and a 502", async () => {
    const { fetch, next, secrets, clock } = await createAccounting("x,y");
    const work = failureOf(fetch(toAsk()));
    for (let n = 0; n < 3; n += 1) {
      await settle();
      next.calls[n]?.answer(toAnswer(clock.now(), refused));
    }
    await expect(work).resolves.toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 401 } });
    expect(secrets()).toStrictEqual(["x", "y", "none"]);
  });

  test("is tried again ten minutes later, and not before", async () => {
    const { ask, clock, fetch, next, secrets } = await createAccounting("only");
    const work = fetch(toAsk());
    await settle();
    next.calls[0]?.answer(toAnswer(clock.now(), refused));
    await settle();
    next.calls[1]?.answer(toAnswer(clock.now(), { quota: toQuota(59, 60) }));
    await work;
    clock.step(599_999);
    await ask({ quota: toQuota(58, 60) });
    clock.step(1);
    await ask();
    expect(secrets()).toStrictEqual(["only", "none", "none", "only"]);
  });

  test("without any tokens a 401 is our fault and a 502", async () => {
    const { ask, next } = await createAccounting("");
    await expect(failureOf(ask(refused))).resolves.toMatchObject({ failure: "bad-gateway" });
    expect(next.calls).toHaveLength(1);
  });
});

describe("the reserve", () => {
  test("misses stop before it; revalidation may use it to the end", async () => {
    const { ask, budget, next } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "10" });
    await ask({ quota: toQuota(502) });
    await ask({ quota: toQuota(501) });
    await ask({ quota: toQuota(500) });
    await expect(failureOf(ask())).resolves.toMatchObject({ failure: "rate-limited" });
    const { id } = next.calls[0]!.ask.token!;
    const etags = { [id]: 'W/"1"' };
    await ask({ quota: toQuota(1) }, toAsk("one", { etags }));
    await ask({ quota: toQuota(0) }, toAsk("one", { etags }));
    await expect(failureOf(ask({}, toAsk("one", { etags })))).resolves.toMatchObject({ failure: "rate-limited" });
    expect(budget.view().remaining).toBe(0);
    expect(next.calls).toHaveLength(5);
  });

  test("a validator of another token makes no call free", async () => {
    const { ask } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "10" });
    await ask({ quota: toQuota(500) });
    const other = toAsk("one", { etags: { "0123456789ab": 'W/"1"' } });
    await expect(failureOf(ask({}, other))).resolves.toMatchObject({ failure: "rate-limited" });
  });

  test.each([1, 2, 5, 40])("holds where %i more misses than it allows come at one moment", async (surplus) => {
    const { ask, fetch, next } = await createAccounting("a,b", { BUDGET_RESERVE_PERCENT: "10" });
    await ask({ quota: toQuota(505) });
    await ask({ quota: toQuota(503) });
    const work = Array.from({ length: 8 + surplus }, (_, n) => fetch(toAsk(String(n))));
    for (const one of work) one.catch(() => undefined);
    await settle();
    expect(next.calls).toHaveLength(2 + 8);
    for (const call of next.calls) call.answer(toAnswer(0));
    const ended = await Promise.allSettled(work);
    expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(surplus);
  });

  test("of an odd quota it is rounded up, and may be nothing", async () => {
    const anonymous = await createAccounting("", { BUDGET_RESERVE_PERCENT: "1" });
    await anonymous.ask({ quota: toQuota(1, 60) });
    await expect(failureOf(anonymous.ask())).resolves.toMatchObject({ failure: "rate-limited" });
    const spendthrift = await createAccounting("", { BUDGET_RESERVE_PERCENT: "0" });
    await spendthrift.ask({ quota: toQuota(1, 60) });
    await spendthrift.ask({ quota: toQuota(0, 60) });
    await expect(failureOf(spendthrift.ask())).resolves.toMatchObject({ failure: "rate-limited" });
  });
});

describe("calls that fail", () => {
  test("are not under way any more", async () => {
    const { fetch, next, budget } = await createAccounting("a");
    const work = [1, 2, 3].map((n) => failureOf(fetch(toAsk(String(n)))));
    await settle();
    expect(budget.view()).toMatchObject({ remaining: 4997, used: 3 });
    for (const call of next.calls) call.fail(down());
    await Promise.all(work);
    expect(budget.view()).toMatchObject({ remaining: 5000, used: 0 });
  });

  test("a 403 of the resource is an answer and no limit", async () => {
    const { ask } = await createAccounting("a");
    const barred = { entry: { status: 403, body: words("Gist disabled") }, upstreamStatus: 403, quota: toQuota(9) };
    await expect(ask(barred)).resolves.toMatchObject({ upstreamStatus: 403 });
    await expect(ask()).resolves.toMatchObject({ upstreamStatus: 200 });
  });
});
