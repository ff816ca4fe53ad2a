import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createNext, down, failureOf, settle, toAnswer, toAsk } from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import { limitConcurrency } from "./concurrency.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] }));
afterEach(() => void vi.useRealTimers());

function create(options: { concurrency?: number; queue?: number; deadline?: number } = {}) {
  const next = createNext();
  const lengths: number[] = [];
  const waits: number[] = [];
  const fetch = limitConcurrency(next.fetch, {
    concurrency: 2,
    queue: 3,
    deadline: 1000,
    elapsed: () => performance.now(),
    onQueue: (length) => lengths.push(length),
    onWait: (seconds) => waits.push(seconds),
    ...options,
  });
  const keys = () => next.calls.map(({ ask }) => ask.resource.key);
  return { next, fetch, lengths, waits, keys };
}

test("no more calls than allowed are under way, and the others go in order of arrival", async () => {
  const { next, fetch, keys } = create();
  const work = ["a", "b", "c", "d", "e"].map((key) => fetch(toAsk(key)));
  await settle();
  expect(keys()).toStrictEqual(["a", "b"]);
  next.calls[1]?.answer(toAnswer(start));
  await settle();
  expect(keys()).toStrictEqual(["a", "b", "c"]);
  next.calls[0]?.answer(toAnswer(start));
  next.calls[2]?.answer(toAnswer(start));
  await settle();
  expect(keys()).toStrictEqual(["a", "b", "c", "d", "e"]);
  for (const call of next.calls) call.answer(toAnswer(start));
  await expect(Promise.all(work)).resolves.toHaveLength(5);
});

test("who comes when a place is handed on does not overtake who waits", async () => {
  const { next, fetch, keys } = create({ concurrency: 1 });
  const first = fetch(toAsk("first"));
  const waiting = fetch(toAsk("waiting"));
  await settle();
  next.calls[0]?.answer(toAnswer(start));
  await first;
  const newcomer = fetch(toAsk("newcomer"));
  await settle();
  expect(keys()).toStrictEqual(["first", "waiting"]);
  next.calls[1]?.answer(toAnswer(start));
  await waiting;
  await settle();
  next.calls[2]?.answer(toAnswer(start));
  await newcomer;
});

test("beyond the queue's length the answer is 503 at once, and is never called for", async () => {
  const { next, fetch } = create();
  for (const key of ["a", "b", "c", "d", "e"]) void fetch(toAsk(key)).catch(() => undefined);
  const error = await failureOf(fetch(toAsk("f")));
  expect(error).toMatchObject({ failure: "service-unavailable", details: { retryAfter: 1 } });
  expect(next.calls).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1000);
});

test("without a queue only what is under way counts", async () => {
  const { next, fetch } = create({ queue: 0, concurrency: 1 });
  const first = fetch(toAsk("a"));
  await expect(failureOf(fetch(toAsk("b")))).resolves.toMatchObject({ failure: "service-unavailable" });
  next.calls[0]?.answer(toAnswer(start));
  await first;
  void fetch(toAsk("c"));
  await settle();
  expect(next.calls).toHaveLength(2);
});

test("who waits too long is answered 503 and leaves the queue to others", async () => {
  const { next, fetch, lengths } = create();
  void fetch(toAsk("a"));
  void fetch(toAsk("b"));
  const failure = failureOf(fetch(toAsk("c")));
  await vi.advanceTimersByTimeAsync(999);
  expect(lengths.at(-1)).toBe(1);
  await vi.advanceTimersByTimeAsync(1);
  await expect(failure).resolves.toMatchObject({ failure: "service-unavailable" });
  expect(lengths.at(-1)).toBe(0);
  next.calls[0]?.answer(toAnswer(start));
  await settle();
  expect(next.calls).toHaveLength(2);
});

describe("places come back", () => {
  test("after failures as after successes", async () => {
    const { next, fetch } = create({ queue: 100 });
    for (let n = 0; n < 20; n += 1) {
      const work = [1, 2, 3, 4].map(() => fetch(toAsk()).catch(() => undefined));
      for (let at = n * 4; at < n * 4 + 4; at += 1) {
        await settle();
        expect(next.calls.length).toBeLessThanOrEqual(Math.max(at, n * 4) + 2);
        if (at % 3 === 0) next.calls[at]?.fail(down());
        else next.calls[at]?.answer(toAnswer(start));
      }
      await Promise.all(work);
    }
    expect(next.calls).toHaveLength(80);
    void fetch(toAsk());
    void fetch(toAsk());
    void fetch(toAsk());
    await settle();
    expect(next.calls).toHaveLength(82);
  });

  test("after deadlines, and no timer is left", async () => {
    const { next, fetch } = create({ concurrency: 1 });
    void fetch(toAsk("a"));
    const late = [fetch(toAsk("b")), fetch(toAsk("c"))].map(failureOf);
    await vi.advanceTimersByTimeAsync(1000);
    await Promise.all(late);
    const last = fetch(toAsk("d"));
    next.calls[0]?.answer(toAnswer(start));
    await settle();
    next.calls[1]?.answer(toAnswer(start));
    await last;
    expect(next.calls.map(({ ask }) => ask.resource.key)).toStrictEqual(["a", "d"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("slow calls", () => {
  test("give their place to others after a second, and take none with them when they end", async () => {
    const { next, fetch, keys } = create({ concurrency: 1, deadline: 5000 });
    const slow = fetch(toAsk("slow"));
    const work = [fetch(toAsk("a")), fetch(toAsk("b"))];
    await vi.advanceTimersByTimeAsync(999);
    expect(keys()).toStrictEqual(["slow"]);
    await vi.advanceTimersByTimeAsync(1);
    expect(keys()).toStrictEqual(["slow", "a"]);
    next.calls[0]?.answer(toAnswer(start));
    await slow;
    await settle();
    expect(keys(), "its place went to another already").toStrictEqual(["slow", "a"]);
    next.calls[1]?.answer(toAnswer(start));
    await settle();
    next.calls[2]?.answer(toAnswer(start));
    await Promise.all(work);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("are with all others never more than GitHub allows: the longest ends, and nobody is refused", async () => {
    const { next, fetch } = create({ concurrency: 90, queue: 0 });
    const running = new Set<string>();
    let most = 0;
    const ended: string[] = [];
    const begin = (key: string) => {
      const { length } = next.calls;
      const work = fetch(toAsk(key)).catch(() => undefined);
      return { key, work, at: length };
    };
    for (let n = 0; n < 30; n += 1) {
      begin(`hangs ${n}`);
      await settle();
      const call = next.calls.at(-1)!;
      const { key } = call.ask.resource;
      running.add(key);
      call.ask.signal?.addEventListener("abort", () => {
        running.delete(key);
        ended.push(key);
        call.fail(down());
      });
      most = Math.max(most, running.size);
      await vi.advanceTimersByTimeAsync(100);
    }
    await vi.advanceTimersByTimeAsync(1000);
    await settle();
    expect(next.calls).toHaveLength(30);
    expect(running.size, "the slow ones that there may be").toBe(10);
    expect(ended).toStrictEqual(Array.from({ length: 20 }, (_, n) => `hangs ${n}`));
    expect(next.calls.at(-1)?.ask.signal?.aborted).toBe(false);
    expect(next.calls[0]?.ask.signal?.reason).toMatchObject({ name: "TimeoutError" });
    expect(most).toBeLessThanOrEqual(100);
  });
});

test("tells how long each call waited, and the queue's length at each change", async () => {
  const { next, fetch, lengths, waits } = create({ concurrency: 1 });
  const work = [fetch(toAsk("a")), fetch(toAsk("b"))];
  await vi.advanceTimersByTimeAsync(250);
  next.calls[0]?.answer(toAnswer(start));
  await settle();
  next.calls[1]?.answer(toAnswer(start));
  await Promise.all(work);
  expect(waits).toStrictEqual([0, 0.25]);
  expect(lengths).toStrictEqual([1, 0]);
});

test("a wait for a turn elsewhere is no part of a call: it makes no call slow", async () => {
  const { next, fetch, keys } = create({ concurrency: 1, deadline: 10_000 });
  const first = fetch(toAsk("first"));
  const second = fetch(toAsk("second"));
  await settle();
  const { place } = next.calls[0]!.ask;
  vi.advanceTimersByTime(900);
  expect(place?.patience()).toBe(9100);
  const turn = Promise.withResolvers<void>();
  const held = place?.hold(() => turn.promise);
  vi.advanceTimersByTime(5000);
  await settle();
  expect(keys(), "its slot is still its own").toStrictEqual(["first"]);
  turn.resolve();
  await held;
  vi.advanceTimersByTime(999);
  await settle();
  expect(keys()).toStrictEqual(["first"]);
  vi.advanceTimersByTime(1);
  await settle();
  expect(keys(), "now it is slow").toStrictEqual(["first", "second"]);
  for (const call of next.calls) call.answer(toAnswer(start));
  await Promise.all([first, second]);
});
