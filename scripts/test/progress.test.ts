import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
// @ts-expect-error: a script, without types
import { createProgress, timeLeft, toTable } from "./progress.mjs";

const groups = [{ name: "lint" }, { name: "unit", files: ["a.test.ts", "b.test.ts"] }];
const times = { unit: { seconds: 60, tests: 4 } };

/** A test that ended, as vitest tells it. */
const ended = (state: string) => ({ project: { name: "unit" }, result: () => ({ state }) });

/** A file of `unit`. */
const module = (state = "passed", failed: unknown[] = []) => ({
  project: { name: "unit" },
  state: () => state,
  children: { allTests: () => failed },
});

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** Back to the start of a line, and that empty. */
const erased = "\r\u001B[K";

/** A progress, and all that it has printed. */
function start(isLive: boolean, known: object) {
  let printed = "";
  const output = {
    columns: 200,
    write: (text: string) => {
      printed += text;
    },
  };
  const progress = createProgress(groups, known, { isLive, output });
  progress.start();
  return { ...progress, printed: () => printed };
}

test("without a terminal it says now and then how far it is, and when a group ends", () => {
  const { reporter, toolBegins, toolEnds, printed, stop } = start(false, times);
  toolBegins("lint");
  reporter.onTestModuleQueued(module());
  reporter.onTestCaseResult(ended("passed"));
  reporter.onTestCaseResult(ended("skipped"));
  vi.advanceTimersByTime(20_000);
  expect(printed()).toBe("20 s, about 25 s left | 2 of 4 tests | lint, unit 0/2\n");
  toolEnds("lint", true);
  reporter.onTestModuleEnd(module());
  reporter.onTestCaseResult(ended("failed"));
  reporter.onTestModuleEnd(module("failed", [{}]));
  stop();
  vi.advanceTimersByTime(60_000);
  expect(printed().split("\n").slice(1)).toEqual([
    "ok: lint, 20 s",
    "FAILED: unit, 1 passed, 1 failed, 1 skipped, 20 s",
    "",
  ]);
});

test("on a terminal one line is drawn anew, and others print above it", () => {
  const { reporter, stream, printed, stop } = start(true, {});
  reporter.onTestModuleQueued(module());
  reporter.onTestCaseResult(ended("passed"));
  expect(printed().split(erased).at(-1)).toBe("0 s | 1 tests, 0 of 2 files | unit 0/2");
  stream.write("what vitest says\n");
  const [said, line, ...more] = printed().split(erased).at(-1)?.split("\n") ?? [];
  expect([said, line?.slice(0, 6), more]).toEqual(["what vitest says", "0 s | ", []]);
  stop();
  expect(printed().endsWith(erased), "nothing of it stays").toBe(true);
});

test("a file that fails outside of its tests is a failure", () => {
  const { reporter, states } = start(false, {});
  reporter.onTestModuleEnd(module("failed"));
  expect(states[1]).toMatchObject({ failed: 1, passed: 0 });
});

test("a group that cannot run without the build is a failure", () => {
  const { isNotBuilt, states, printed } = start(false, {});
  isNotBuilt("unit");
  expect(states[1].failed).toBe(1);
  expect(printed()).toContain("FAILED: unit, not run");
});

describe("the time that is left", () => {
  const state = (passed: number) => ({ name: "unit", files: 2, done: 0, passed, failed: 0, skipped: 0, expected: 4 });

  test("is at first that of the last run, and at the end none", () => {
    expect(timeLeft([state(0)], times, 0)).toBe(60);
    expect(timeLeft([state(4)], times, 90)).toBe(0);
  });

  test("grows where this run is slower", () => {
    expect(timeLeft([state(2)], times, 30)).toBe(30);
    expect(timeLeft([state(2)], times, 90)).toBe(60);
  });

  test("is unknown where a group has not run yet", () => {
    expect(timeLeft([state(2), { ...state(0), name: "new" }], times, 30)).toBeUndefined();
  });
});

test("the table has each group with its counts and its time", () => {
  const { reporter, toolBegins, toolEnds, states } = start(false, times);
  toolBegins("lint");
  vi.advanceTimersByTime(9000);
  toolEnds("lint", false);
  reporter.onTestModuleQueued(module());
  expect(toTable(states)).toBe(
    [
      "Group  passed  failed  skipped     time",
      "lint        0       1        0      9 s",
      "unit        0       0        0  not run",
    ].join("\n"),
  );
});
