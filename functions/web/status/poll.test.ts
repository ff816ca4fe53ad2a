import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createClock, explain, interval, poll, repeat } from "./poll.ts";

const address = new URL("https://gists.example/metrics");

describe("poll", () => {
  afterEach(() => vi.unstubAllGlobals());

  test.each([
    ["what the service says", () => Response.json("x"), { text: '"x"' }],
    ["a refusal by the mesh", () => new Response("RBAC: access denied", { status: 403 }), { problem: explain(403) }],
    ["a failure", () => new Response("", { status: 503 }), { problem: "/metrics responded with 503." }],
    ["no network", () => Promise.reject(new TypeError("fetch")), { problem: "The service cannot be reached." }],
    [
      "no response in time",
      () => Promise.reject(new DOMException("late", "TimeoutError")),
      { problem: "/metrics did not respond within 5 seconds." },
    ],
  ])("%s", async (_, respond, wanted) => {
    vi.stubGlobal("fetch", vi.fn(respond));
    expect(await poll(address)).toEqual(wanted);
  });

  test("a refusal names a way to the figures", () => {
    for (const status of [401, 403])
      expect(explain(status)).toMatch(/^\/metrics is refused here \(40[13]\).*port-forward/);
  });
});

describe("the clock", () => {
  test("goes on while the machine sleeps, and does not step back", () => {
    let [monotonic, wall] = [1000, 1_764_380_000_000];
    const now = createClock(
      () => monotonic,
      () => wall,
    );
    expect(now()).toBe(0);
    [monotonic, wall] = [monotonic + 2000, wall + 2000];
    expect(now()).toBe(2000);
    // Asleep.
    wall += 600_000;
    expect(now()).toBe(602_000);
    // Set back by an hour.
    [monotonic, wall] = [monotonic + 2000, wall - 3_598_000];
    expect(now()).toBe(604_000);
  });
});

describe("repeat", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test("works at once, then an interval from start to start", async () => {
    const work = vi.fn(() => new Promise<void>((resolve) => setTimeout(resolve, 500)));
    repeat(work, () => true)();
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(interval - 1);
    expect(work).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(work).toHaveBeenCalledTimes(2);
  });

  test("never does two at once, however long one takes", async () => {
    let running = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, (running += 1));
      await new Promise((resolve) => setTimeout(resolve, 3 * interval));
      running -= 1;
    };
    const start = repeat(work, () => true);
    start();
    start();
    await vi.advanceTimersByTimeAsync(interval);
    start();
    await vi.advanceTimersByTimeAsync(10 * interval);
    expect(most).toBe(1);
  });

  test("rests while it is not wanted, and works at once when it is again", async () => {
    let isWanted = true;
    const work = vi.fn(async () => undefined);
    const start = repeat(work, () => isWanted);
    start();
    isWanted = false;
    await vi.advanceTimersByTimeAsync(100 * interval);
    expect(work.mock.calls.length).toBeLessThan(3);
    const before = work.mock.calls.length;
    isWanted = true;
    start();
    expect(work).toHaveBeenCalledTimes(before + 1);
  });
});
