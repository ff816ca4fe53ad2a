import { describe, expect, test } from "vitest";
import { down, late, limited, toEntry } from "../../../test/support/layers.ts";
import { start } from "../../../test/support/ports.ts";
import { toConfig } from "../config/config.ts";
import { EdgeError, type Failure, failures } from "../errors.ts";
import { createLifetimes } from "./lifetimes.ts";

const lifetimes = createLifetimes(
  toConfig({
    CACHE_TTL_SECONDS: "60",
    CACHE_NEGATIVE_TTL_SECONDS: "20",
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "30",
    CACHE_STALE_IF_ERROR_SECONDS: "600",
  }),
);
const until = start + 60_000;
const entry = toEntry("{}", { validatedAt: start, freshUntil: until });
const missing = toEntry("{}", { status: 404, freshUntil: until });

test.each([
  [200, 60],
  [403, 20],
  [404, 20],
  [410, 20],
  [422, 20],
  [451, 20],
  [301, 0],
  [401, 0],
  [429, 0],
  [500, 0],
  [503, 0],
])("a %i is fresh for %i s", (status, seconds) => {
  expect(lifetimes.ttlOf(status)).toBe(seconds);
  if (status !== 200) expect(lifetimes.keepOf(status)).toBe(seconds);
});

test("a 200 is kept for as long as it may be used in any way", () => {
  expect(lifetimes.keepOf(200)).toBeGreaterThanOrEqual(60 + 600);
  const long = createLifetimes(toConfig({ CACHE_STALE_IF_ERROR_SECONDS: "2592000" }));
  expect(long.keepOf(200)).toBe(60 + 2_592_000);
});

test.each([
  [entry, start, "fresh"],
  [entry, until - 1, "fresh"],
  [entry, until, "stale-while-revalidate"],
  [entry, until + 29_999, "stale-while-revalidate"],
  [entry, until + 30_000, "revalidate"],
  [missing, until - 1, "fresh"],
  [missing, until, "revalidate"],
])("entry %#: at its time it is what it should be", (what, now, freshness) => {
  expect(lifetimes.freshnessOf(what, now)).toBe(freshness);
});

describe("clocks that are not alike", () => {
  test("an entry of another process whose clock is ahead by some seconds is fresh", () => {
    expect(lifetimes.freshnessOf(entry, start - 10_000)).toBe("fresh");
  });

  test.each([
    ["confirmed in the far future", entry, start - 3_600_000],
    ["confirmed in the future, and fresh for a moment only", toEntry("{}", { freshUntil: start + 1 }), start - 60_001],
    ["fresh for longer than any lifetime", toEntry("{}", { freshUntil: start + 3_600_000 }), start],
  ])("one %s is neither fresh nor good enough until GitHub has confirmed it", (_, what, now) => {
    expect(lifetimes.isFresh(what, now)).toBe(false);
    expect(lifetimes.freshnessOf(what, now)).toBe("revalidate");
  });

  test("one from the far future stands in for nothing: nobody knows how old it is", () => {
    expect(lifetimes.mayServeStale(entry, down(), start - 60_000)).toBe(true);
    expect(lifetimes.mayServeStale(entry, down(), start - 60_001)).toBe(false);
  });
});

describe("what a stale entry may stand in for", () => {
  const bridging = new Set<Failure>(["bad-gateway", "gateway-timeout", "rate-limited", "service-unavailable"]);

  test.each(Object.keys(failures) as Failure[])("%s: only where GitHub or its limits are the reason", (failure) => {
    expect(lifetimes.mayServeStale(entry, new EdgeError(failure, "why"), until)).toBe(bridging.has(failure));
  });

  test("within the window, to the millisecond", () => {
    for (const failure of [down(), late(), limited()]) {
      expect(lifetimes.mayServeStale(entry, failure, until + 599_999)).toBe(true);
      expect(lifetimes.mayServeStale(entry, failure, until + 600_000)).toBe(false);
    }
  });

  test("never a negative one, and never for a bug of ours", () => {
    expect(lifetimes.mayServeStale(missing, down(), until)).toBe(false);
    expect(lifetimes.mayServeStale(entry, new TypeError("oops"), until)).toBe(false);
  });
});
