import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { startDeadline } from "./deadline.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("is over after its time and not before, as a timeout", () => {
  const { signal } = startDeadline(100);
  vi.advanceTimersByTime(99);
  expect(signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(signal.reason).toMatchObject({ name: "TimeoutError" });
});

test("is over with what is around it, for the same reason", () => {
  const outer = new AbortController();
  const reason = new Error("gone");
  const { signal } = startDeadline(100, outer.signal);
  outer.abort(reason);
  expect(signal.reason).toBe(reason);
  expect(startDeadline(100, outer.signal).signal.reason).toBe(reason);
});

test("once it has ended nothing aborts it, and no timer is left", () => {
  const outer = new AbortController();
  const { signal, end } = startDeadline(100, outer.signal);
  end();
  outer.abort();
  vi.advanceTimersByTime(1000);
  expect(signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});
