import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { createGuard } from "./guard.ts";

const timeout = 50;

test("a process that was busy for longer than the bound still takes an answer that is there", async () => {
  const errors: string[] = [];
  const guarded = createGuard({
    timeout,
    now: Date.now,
    log: () => undefined,
    onError: (operation, reason) => errors.push(`${operation} ${reason}`),
  });
  // An answer that comes by way of the event loop in one turn, as those of a socket do.
  const answer = guarded("get", () => stat(new URL(import.meta.url)));
  const until = performance.now() + 4 * timeout;
  while (performance.now() < until);
  expect(await answer).toHaveProperty("size");
  expect(errors).toStrictEqual([]);
});

test("is as late as before where nothing comes, give or take the event loop's turns", async () => {
  const errors: string[] = [];
  const onError = (operation: string, reason: string) => errors.push(`${operation} ${reason}`);
  const guarded = createGuard({ timeout, now: Date.now, log: () => undefined, onError });
  const since = performance.now();
  expect(await guarded("get", () => new Promise(() => undefined))).toBeUndefined();
  expect(performance.now() - since).toBeGreaterThanOrEqual(timeout - 5);
  expect(errors).toStrictEqual(["get timeout"]);
  expect(guarded.isPaused()).toBe(true);
});
