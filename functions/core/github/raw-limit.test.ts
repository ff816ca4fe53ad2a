import { expect, test } from "vitest";
import { createClock, failureOf, toAnswer, toAsk } from "../../../test/support/layers.ts";
import { keepRawLimit } from "./raw-limit.ts";

function create(answers: { status: number; retryAfter?: number }[]) {
  const clock = createClock();
  let calls = 0;
  const fetch = keepRawLimit(
    async () => {
      calls += 1;
      const { status, retryAfter } = answers.shift() ?? { status: 200 };
      return toAnswer(clock.now(), {
        entry: { status },
        upstreamStatus: status,
        ...(retryAfter !== undefined && { retryAfter }),
      });
    },
    { now: clock.now, log: () => undefined },
  );
  return { fetch: () => fetch(toAsk()), clock, calls: () => calls };
}

test("makes no call before Retry-After is over", async () => {
  const { fetch, clock, calls } = create([{ status: 429, retryAfter: 30 }]);
  expect((await failureOf(fetch())).details).toMatchObject({ retryAfter: 30, limit: "secondary", upstreamStatus: 429 });
  clock.step(29_500);
  expect((await failureOf(fetch())).details.retryAfter).toBe(1);
  expect(calls()).toBe(1);
  clock.step(500);
  await fetch();
  expect(calls()).toBe(2);
});

test.each([{ retryAfter: Number.NaN }, {}])(
  "without a plausible one waits a minute, and twice as long each time",
  async (given) => {
    const { fetch, clock } = create([429, 429, 429].map((status) => ({ status, ...given })));
    for (const seconds of [60, 120, 240]) {
      expect((await failureOf(fetch())).details.retryAfter).toBe(seconds);
      clock.step(seconds * 1000);
    }
    await fetch();
  },
);

test("a clock that is set back does not block it for longer than an hour", async () => {
  const { fetch, clock } = create([{ status: 429, retryAfter: 3600 }]);
  await failureOf(fetch());
  clock.step(-86_400_000);
  await fetch();
});
