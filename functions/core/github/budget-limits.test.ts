import { describe, expect, test } from "vitest";
import { createAccounting, limitAnswer, startSeconds, toQuota } from "../../../test/support/budget.ts";
import { failureOf, settle, toAnswer, toAsk } from "../../../test/support/layers.ts";

type Accounting = Awaited<ReturnType<typeof createAccounting>>;

/** The seconds that the next ask is told to wait; it must not reach GitHub. */
async function refusedFor({ fetch, next }: Accounting): Promise<number | undefined> {
  const { length } = next.calls;
  const error = await failureOf(fetch(toAsk()));
  expect(error.failure).toBe("rate-limited");
  expect(next.calls).toHaveLength(length);
  return error.details.retryAfter;
}

/** That GitHub is asked again after so many seconds and not a millisecond before. */
async function expectWait(accounting: Accounting, seconds: number): Promise<void> {
  expect(await refusedFor(accounting)).toBe(seconds);
  accounting.clock.step(seconds * 1000 - 1);
  expect(await refusedFor(accounting)).toBe(1);
  accounting.clock.step(1);
  await expect(accounting.ask()).resolves.toMatchObject({ upstreamStatus: 200 });
}

describe.each([403, 429] as const)("a limit as %i", (status) => {
  test("primary: nothing is asked until the reset", async () => {
    const accounting = await createAccounting("a");
    const quota = toQuota(0, 5000, startSeconds + 1234);
    const error = await failureOf(accounting.ask(limitAnswer(status, { quota, message: "API rate limit exceeded" })));
    expect(error).toMatchObject({
      failure: "rate-limited",
      message: expect.stringContaining("API rate limit exceeded"),
      details: { retryAfter: 1234, upstreamStatus: status, limit: "primary" },
    });
    await expectWait(accounting, 1234);
  });

  test("secondary with `Retry-After`: nothing is asked before", async () => {
    const accounting = await createAccounting("a");
    const error = await failureOf(accounting.ask(limitAnswer(status, { retryAfter: 17, quota: toQuota(4000) })));
    expect(error).toMatchObject({
      message: expect.stringContaining("secondary rate limit"),
      details: { retryAfter: 17, limit: "secondary" },
    });
    await expectWait(accounting, 17);
  });

  test("`Retry-After` comes before the reset", async () => {
    const accounting = await createAccounting("a");
    await failureOf(accounting.ask(limitAnswer(status, { retryAfter: 5, quota: toQuota(0, 5000, startSeconds + 3) })));
    await expectWait(accounting, 5);
  });

  test("secondary without `Retry-After`: a minute, then twice as long each time, at most an hour", async () => {
    const accounting = await createAccounting("a");
    for (const seconds of [60, 120, 240, 480, 960, 1920, 3600, 3600]) {
      const told = await failureOf(
        accounting.ask(limitAnswer(status, { quota: toQuota(4000, 5000, startSeconds + 1e6) })),
      );
      expect(told.details.retryAfter).toBe(seconds);
      accounting.clock.step(seconds * 1000 - 1);
      expect(await refusedFor(accounting)).toBe(1);
      accounting.clock.step(1);
    }
  });

  test("after a success the next secondary limit is a minute again", async () => {
    const accounting = await createAccounting("a");
    const limit = limitAnswer(status, { quota: toQuota(4000, 5000, startSeconds + 1e6) });
    await failureOf(accounting.ask(limit));
    accounting.clock.step(60_000);
    await accounting.ask();
    expect((await failureOf(accounting.ask(limit))).details.retryAfter).toBe(60);
  });

  test("many secondary limits of one moment count as one", async () => {
    const { fetch, next, clock } = await createAccounting("a");
    const work = Array.from({ length: 20 }, (_, n) => failureOf(fetch(toAsk(String(n)))));
    await settle();
    for (const call of next.calls) call.answer(toAnswer(clock.now(), limitAnswer(status, { quota: toQuota(4000) })));
    const waits = (await Promise.all(work)).map(({ details }) => details.retryAfter);
    expect(new Set(waits)).toStrictEqual(new Set([60]));
  });

  test("a success of a call from before does not lift the limit, nor forget it", async () => {
    const accounting = await createAccounting("a");
    const { fetch, next, clock } = accounting;
    const quota = toQuota(4000, 5000, startSeconds + 1e6);
    const work = [fetch(toAsk("slow")), failureOf(fetch(toAsk("limited")))];
    await settle();
    next.calls[1]?.answer(toAnswer(clock.now(), limitAnswer(status, { quota })));
    await settle();
    next.calls[0]?.answer(toAnswer(clock.now(), { quota }));
    await Promise.all(work);
    expect(await refusedFor(accounting)).toBe(60);
    clock.step(60_000);
    expect((await failureOf(accounting.ask(limitAnswer(status, { quota })))).details.retryAfter).toBe(120);
  });

  test("of one token leaves the others; of all, the soonest says how long", async () => {
    const accounting = await createAccounting("a,b");
    const { ask, secrets } = accounting;
    await failureOf(ask(limitAnswer(status, { retryAfter: 100, quota: toQuota(4999) })));
    await ask({ quota: toQuota(1000) });
    await failureOf(ask(limitAnswer(status, { retryAfter: 30, quota: toQuota(999) })));
    expect(secrets()).toStrictEqual(["a", "b", "b"]);
    await expectWait(accounting, 30);
    expect(secrets().at(-1)).toBe("b");
  });
});

test("a primary limit of one token is bridged by the next; of the last one it is told as it came", async () => {
  const { fetch, next, secrets } = await createAccounting("a,b");
  const exhausted = (status: 403 | 429) =>
    limitAnswer(status, { quota: toQuota(0), message: "API rate limit exceeded" });
  const first = fetch(toAsk());
  await settle();
  next.calls[0]?.answer(toAnswer(startSeconds * 1000, exhausted(403)));
  await settle();
  next.calls[1]?.answer(toAnswer(startSeconds * 1000, { quota: toQuota(10) }));
  expect(await first).toMatchObject({ upstreamStatus: 200 });

  const second = failureOf(fetch(toAsk()));
  await settle();
  next.calls[2]?.answer(toAnswer(startSeconds * 1000, exhausted(429)));
  expect(await second).toMatchObject({ failure: "rate-limited", details: { retryAfter: 3600, upstreamStatus: 429 } });
  expect(secrets()).toStrictEqual(["a", "b", "b"]);
});

test("a primary limit counts whatever was reported before, also with an earlier reset", async () => {
  const { ask, budget } = await createAccounting("a");
  await ask({ quota: toQuota(4000, 5000, startSeconds + 3600) });
  const quota = toQuota(0, 5000, startSeconds + 600);
  const error = await failureOf(ask(limitAnswer(403, { quota, message: "API rate limit exceeded" })));
  expect(error.details).toMatchObject({ limit: "primary", retryAfter: 600 });
  expect(budget.view()).toStrictEqual(quota);
});

test("with one token exhausted and one limited otherwise, the limit is secondary and ends with the sooner of both", async () => {
  const { ask, budget } = await createAccounting("a,b");
  await failureOf(ask(limitAnswer(403, { retryAfter: 40, quota: toQuota(3000) })));
  const error = await failureOf(ask(limitAnswer(403, { quota: toQuota(0), message: "API rate limit exceeded" })));
  expect(error).toMatchObject({ details: { limit: "secondary", retryAfter: 40, upstreamStatus: 403 } });
  expect(budget.view().remaining).toBe(3000);
});

test.each([403, 429] as const)(
  "a %i whose `Retry-After` cannot be believed is a limit of GitHub's default",
  async (status) => {
    const accounting = await createAccounting("a");
    const quota = toQuota(4000, 5000, startSeconds + 1e6);
    const error = await failureOf(accounting.ask(limitAnswer(status, { retryAfter: Number.NaN, quota })));
    expect(error).toMatchObject({ failure: "rate-limited", details: { retryAfter: 60 } });
    await expectWait(accounting, 60);
  },
);

test("a clock that is set back prolongs no limit beyond an hour", async () => {
  const accounting = await createAccounting("a");
  await failureOf(accounting.ask(limitAnswer(429, { retryAfter: 100, quota: toQuota(4000) })));
  accounting.clock.step(-86_400_000);
  await expect(accounting.ask()).resolves.toMatchObject({ upstreamStatus: 200 });
});

test.each([
  "You have exceeded a secondary Rate Limit",
  "You have triggered an abuse detection mechanism. Please wait a few minutes before you try again.",
])("a 403 that speaks of a limit is one, with neither header: %s", async (message) => {
  const { ask } = await createAccounting("a");
  const error = await failureOf(ask(limitAnswer(403, { message, quota: toQuota(4000) })));
  expect(error).toMatchObject({ failure: "rate-limited", details: { retryAfter: 60 } });
});

test("a reset that is over by the clocks' difference still means a wait", async () => {
  const { ask } = await createAccounting("a");
  const error = await failureOf(ask(limitAnswer(403, { quota: toQuota(0, 5000, startSeconds - 5) })));
  expect(error.details.retryAfter).toBeGreaterThanOrEqual(1);
});
