import { describe, expect, test } from "vitest";
import {
  createClock,
  createNext,
  down,
  failureOf,
  late,
  limited,
  settle,
  toAnswer,
  toAsk,
} from "../../../test/support/layers.ts";
import { EdgeError } from "../errors.ts";
import { breakCircuit } from "./circuit-breaker.ts";

/** A breaker over calls that the test answers. @param random 0.5 makes pauses exact */
function create(random = 0.5) {
  const clock = createClock();
  const next = createNext();
  const log: string[] = [];
  const changes: boolean[] = [];
  const fetch = breakCircuit(next.fetch, {
    now: clock.now,
    random: () => random,
    log: (level, message) => log.push(`${level}: ${message}`),
    onChange: (isOpen) => changes.push(isOpen),
  });
  // None has succeeded for so long.
  clock.step(2000);
  let count = 0;
  /** Asks for another resource each time, and lets the call end like this; undefined for success. */
  async function ask(ending?: EdgeError, key = `resource ${(count += 1)}`): Promise<void> {
    const { length } = next.calls;
    const work = fetch(toAsk(key));
    const call = next.calls[length];
    if (ending) call?.fail(ending);
    else call?.answer(toAnswer(clock.now()));
    await work.catch(() => undefined);
  }
  /** Whether a request is let through now; its call stays open. */
  function isLetThrough(hasFailed = false): boolean {
    const { length } = next.calls;
    fetch(toAsk("another", { hasFailed })).catch(() => undefined);
    return next.calls.length > length;
  }
  async function open(): Promise<void> {
    for (let n = 0; n < 5; n += 1) await ask(down());
  }
  return { clock, next, log, changes, fetch, ask, open, isLetThrough };
}

describe("while it is closed", () => {
  test("answers and failures pass unchanged", async () => {
    const { fetch, next, clock } = create();
    const answer = toAnswer(clock.now());
    const [good, bad] = [fetch(toAsk("a")), fetch(toAsk("b"))];
    next.calls[0]?.answer(answer);
    const error = down(502);
    next.calls[1]?.fail(error);
    await expect(good).resolves.toBe(answer);
    await expect(bad).rejects.toBe(error);
    expect(next.calls.map(({ ask }) => ask.resource.key)).toStrictEqual(["a", "b"]);
  });

  test.each([
    ["the network failed", down()],
    ["GitHub gave a 500", down(500)],
    ["GitHub gave a 503", down(503)],
    ["GitHub was late", late()],
  ])("five resources of which %s open it; four do not", async (_, error) => {
    const { ask, isLetThrough } = create();
    for (let n = 0; n < 4; n += 1) await ask(error);
    expect(isLetThrough()).toBe(true);
    await ask(error);
    expect(isLetThrough()).toBe(false);
  });

  test("five failures of fewer resources do not open it, however many there are", async () => {
    const { ask, isLetThrough } = create();
    for (let n = 0; n < 100; n += 1) await ask(down(502), `heavy ${n % 4}`);
    expect(isLetThrough()).toBe(true);
  });

  test("nor do any number of resources while others succeed", async () => {
    const { clock, ask, isLetThrough } = create();
    for (let n = 0; n < 20; n += 1) {
      await ask();
      clock.step(1900);
      for (let m = 0; m < 10; m += 1) await ask(down());
    }
    expect(isLetThrough()).toBe(true);
    clock.step(100);
    await ask(down());
    expect(isLetThrough()).toBe(false);
  });

  test("calls that hung while another succeeded say nothing of now", async () => {
    const { clock, next, fetch, ask, isLetThrough } = create();
    const hung = Array.from({ length: 10 }, (_, n) => fetch(toAsk(`hung ${n}`)).catch(() => undefined));
    clock.step(1000);
    await ask();
    clock.step(8000);
    for (const call of next.calls.slice(0, 10)) call.fail(late());
    await Promise.all(hung);
    expect(isLetThrough()).toBe(true);
  });

  test("a success between begins the count anew", async () => {
    const { clock, ask, isLetThrough } = create();
    for (let n = 0; n < 20; n += 1) {
      await ask(n % 5 === 4 ? undefined : down());
      clock.step(1000);
    }
    expect(isLetThrough()).toBe(true);
  });

  test.each([
    ["limits", limited()],
    ["a full queue", new EdgeError("service-unavailable", "busy")],
    ["refused credentials", down(401)],
    ["an answer that is too large or no JSON", down(200)],
    ["a redirect elsewhere", down(301)],
    ["a bug of ours", new EdgeError("internal", "oops")],
  ])("%s say nothing of GitHub's health", async (_, error) => {
    const { ask, isLetThrough } = create();
    for (let n = 0; n < 20; n += 1) await ask(error);
    expect(isLetThrough()).toBe(true);
  });
});

describe("while it is open", () => {
  test("nobody waits: a bad gateway at once, with the time until another try makes sense", async () => {
    const { clock, fetch, open, next } = create();
    await open();
    clock.step(100);
    const error = await failureOf(fetch(toAsk()));
    expect(error).toMatchObject({ failure: "bad-gateway", details: { retryAfter: 1, notAsked: true } });
    expect(next.calls).toHaveLength(5);
  });

  test("one probe at a time goes through after the pause", async () => {
    const { clock, open, isLetThrough } = create();
    await open();
    clock.step(999);
    expect(isLetThrough()).toBe(false);
    clock.step(1);
    expect([isLetThrough(), isLetThrough(), isLetThrough()]).toStrictEqual([true, false, false]);
  });

  test("a resource that has failed itself is a probe only where no other came for as long again", async () => {
    const { clock, open, isLetThrough } = create();
    await open();
    clock.step(1999);
    expect(isLetThrough(true)).toBe(false);
    clock.step(1);
    expect(isLetThrough(true)).toBe(true);
    const other = create();
    await other.open();
    other.clock.step(1000);
    expect(other.isLetThrough(true)).toBe(false);
    expect(other.isLetThrough()).toBe(true);
  });

  test("each failed probe doubles the pause, up to half a minute", async () => {
    const { clock, ask, open, isLetThrough } = create();
    await open();
    for (const pause of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      clock.step(pause - 1);
      expect(isLetThrough(), `before ${pause} ms`).toBe(false);
      clock.step(1);
      await ask(down());
    }
  });

  test.each([
    [0, 800],
    [0.999_999, 1200],
  ])("chance (%d) spreads the pause", async (random, pause) => {
    const { clock, open, isLetThrough } = create(random);
    await open();
    clock.step(pause - 2);
    expect(isLetThrough()).toBe(false);
    clock.step(4);
    expect(isLetThrough()).toBe(true);
  });

  test("a probe's success closes it, and five failures are needed once more", async () => {
    const { clock, ask, open, isLetThrough } = create();
    await open();
    clock.step(1000);
    await ask();
    clock.step(2000);
    for (let n = 0; n < 4; n += 1) await ask(down());
    expect(isLetThrough()).toBe(true);
    await ask(down());
    clock.step(999);
    expect(isLetThrough()).toBe(false);
    clock.step(1);
    expect(isLetThrough()).toBe(true);
  });

  test("a probe that a limit stopped leaves the next one to try", async () => {
    const { clock, ask, open, isLetThrough } = create();
    await open();
    clock.step(1000);
    await ask(limited());
    expect([isLetThrough(), isLetThrough()]).toStrictEqual([true, false]);
  });

  test("many calls that fail together open it for the first pause only", async () => {
    const { clock, next, fetch, isLetThrough } = create();
    const work = Array.from({ length: 20 }, (_, n) => fetch(toAsk(String(n))).catch(() => undefined));
    for (const call of next.calls) call.fail(down());
    await Promise.all(work);
    clock.step(1000);
    expect(isLetThrough()).toBe(true);
  });

  test("a call from before that fails late does not end the probe or prolong the pause", async () => {
    const { clock, next, fetch, open, isLetThrough } = create();
    const slow = fetch(toAsk()).catch(() => undefined);
    await open();
    clock.step(1000);
    expect(isLetThrough()).toBe(true);
    next.calls[0]?.fail(late());
    await slow;
    expect(isLetThrough()).toBe(false);
    next.calls.at(-1)?.fail(limited());
    await settle();
    expect(isLetThrough()).toBe(true);
  });

  test("is logged and told once when it opens and once when it closes", async () => {
    const { clock, ask, open, log, changes } = create();
    await open();
    for (let n = 0; n < 3; n += 1) {
      clock.step(60_000);
      await ask(down());
    }
    clock.step(60_000);
    await ask();
    await ask();
    expect(log).toStrictEqual(["warn: GitHub is down: not asking for a while", "info: GitHub is back"]);
    expect(changes).toStrictEqual([true, false]);
  });
});
