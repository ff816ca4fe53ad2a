import { describe, expect, test } from "vitest";
import {
  createClock,
  createNext,
  down,
  failureOf,
  late,
  limited,
  toAnswer,
  toAsk,
} from "../../../test/support/layers.ts";
import { EdgeError } from "../errors.ts";
import { quarantine } from "./quarantine.ts";

/** A quarantine over calls that the test answers. */
function create() {
  const clock = createClock();
  const next = createNext();
  const fetch = quarantine(next.fetch, { now: clock.now });
  /** Asks, and lets the call end like this; undefined for success. What came of it, and whether GitHub was asked. */
  async function ask(ending?: EdgeError, key = "one"): Promise<{ error: EdgeError | undefined; asked: boolean }> {
    const { length } = next.calls;
    const work = fetch(toAsk(key)).then(
      () => undefined,
      (error: EdgeError) => error,
    );
    const call = next.calls[length];
    if (ending) call?.fail(ending);
    else call?.answer(toAnswer(clock.now()));
    return { error: await work, asked: call !== undefined };
  }
  return { clock, next, fetch, ask };
}

describe("a resource that fails", () => {
  test("once is asked again at once, and tells below that it has failed", async () => {
    const { ask, next } = create();
    await ask(down(502));
    expect(await ask()).toStrictEqual({ error: undefined, asked: true });
    expect(next.calls.map((call) => call.ask.hasFailed)).toStrictEqual([undefined, true]);
  });

  test.each([
    ["no connection", down()],
    ["a 502", down(502)],
    ["an answer that is too large or no JSON", down(200)],
    ["a timeout", late()],
  ])("twice by %s fails in the same way without a call, and says for how long", async (_, ending) => {
    const { ask, clock } = create();
    await ask(ending);
    await ask(ending);
    clock.step(100);
    const { error, asked } = await ask();
    expect(asked).toBe(false);
    expect(error).toMatchObject({
      failure: ending.failure,
      message: ending.message,
      details: { retryAfter: 1, notAsked: true },
    });
    expect(error?.details.upstreamStatus).toBeUndefined();
  });

  test("is asked again after a second, then twice as long each time, up to half a minute", async () => {
    const { ask, clock } = create();
    await ask(down());
    await ask(down());
    for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      clock.step(pause - 1);
      expect((await ask(down())).asked, `before ${pause} ms`).toBe(false);
      clock.step(1);
      expect((await ask(down())).asked, `after ${pause} ms`).toBe(true);
    }
  });

  test("leaves all others alone", async () => {
    const { ask } = create();
    for (let n = 0; n < 10; n += 1) await ask(down(), "heavy");
    expect((await ask(undefined, "light")).asked).toBe(true);
  });

  test("is forgotten with its first success", async () => {
    const { ask, clock } = create();
    await ask(down());
    await ask(down());
    clock.step(1000);
    await ask();
    await ask(down());
    expect((await ask(down())).asked).toBe(true);
    expect((await ask()).asked).toBe(false);
  });
});

test.each([
  ["a limit", limited()],
  ["a full queue", new EdgeError("service-unavailable", "busy")],
  ["a bug of ours", new EdgeError("internal", "oops")],
  ["an open circuit", new EdgeError("bad-gateway", "GitHub does not respond at the moment", { notAsked: true })],
])("%s says nothing of the resource", async (_, ending) => {
  const { ask } = create();
  for (let n = 0; n < 5; n += 1) expect((await ask(ending)).asked).toBe(true);
});

test("answers and failures pass unchanged", async () => {
  const { fetch, next, clock } = create();
  const [good, bad] = [fetch(toAsk("a")), failureOf(fetch(toAsk("b")))];
  const [answer, error] = [toAnswer(clock.now()), down(502)];
  next.calls[0]?.answer(answer);
  next.calls[1]?.fail(error);
  expect(await good).toBe(answer);
  expect(await bad).toBe(error);
});
