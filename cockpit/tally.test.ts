import { describe, expect, test } from "vitest";
import { createTally, shown, toPercentiles } from "./tally.ts";

function createClock(start = 1_000_000_000_250) {
  let time = start;
  return { now: () => time, pass: (ms: number) => void (time += ms) };
}

describe("figures", () => {
  test("count responses by outcome and second, and what waits", () => {
    const clock = createClock();
    const tally = createTally(clock.now);
    tally.begin()("MISS", 30);
    tally.begin()("HIT", 1);
    clock.pass(1000);
    tally.begin()("FAILED", 5);
    tally.begin();
    tally.called(2);
    const { seconds, ...figures } = tally.figures();
    expect(figures).toMatchObject({ requests: 3, failed: 1, waiting: 1, calls: 2 });
    expect(figures.outcomes).toEqual({ MISS: 1, HIT: 1, FAILED: 1 });
    expect(seconds).toHaveLength(shown);
    expect(seconds.slice(-2)).toEqual([
      { at: 1_000_000_000_000, outcomes: { MISS: 1, HIT: 1 }, calls: 0 },
      { at: 1_000_000_001_000, outcomes: { FAILED: 1 }, calls: 2 },
    ]);
  });

  test("forget seconds that are no longer shown, and keep the sums", () => {
    const clock = createClock();
    const tally = createTally(clock.now);
    tally.begin()("HIT", 1);
    clock.pass((shown + 1) * 1000);
    const { seconds, requests, latency } = tally.figures();
    expect(seconds.every(({ outcomes }) => Object.keys(outcomes).length === 0)).toBe(true);
    expect(requests).toBe(1);
    expect(latency).toBeUndefined();
  });

  test("are nothing once they are cleared; a request that waits does so, and counts no more", () => {
    const tally = createTally(createClock().now);
    tally.begin()("HIT", 1);
    const end = tally.begin();
    tally.clear();
    expect(tally.figures()).toMatchObject({ requests: 0, waiting: 1, outcomes: {}, latency: undefined });
    end("HIT", 2);
    expect(tally.figures()).toMatchObject({ requests: 0, waiting: 0, outcomes: {}, latency: undefined });
  });
});

test("percentiles are values that occurred", () => {
  const sorted = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(toPercentiles(sorted)).toEqual({ p50: 50, p95: 95, p99: 99 });
  expect(toPercentiles([7])).toEqual({ p50: 7, p95: 7, p99: 7 });
  expect(toPercentiles([])).toBeUndefined();
});
