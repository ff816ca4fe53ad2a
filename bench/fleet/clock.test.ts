import { expect, test } from "vitest";
// @ts-expect-error: a program, without types
import { createClock } from "./clock.mjs";

test("time moves when all that goes on at a moment is done", async () => {
  const clock = createClock(1000);
  const seen: [string, number][] = [];
  const note = (name: string) => seen.push([name, clock.now()]);
  clock.setTimeout(note, 20, "second");
  clock.setTimeout(async () => {
    for (let n = 0; n < 100; n++) await Promise.resolve();
    note("after promises");
    await clock.sleep(5);
    note("after a pause");
  }, 10);
  await clock.runUntil(1100);
  expect(seen).toEqual([
    ["after promises", 1010],
    ["after a pause", 1015],
    ["second", 1020],
  ]);
});

test("timers of one moment fire in their order, at least a millisecond later, and not if they are cleared", async () => {
  const clock = createClock(0);
  const seen: unknown[] = [];
  const note = (name: string) => seen.push([name, clock.now()]);
  clock.setTimeout(note, 0, "a");
  clock.clearTimeout(clock.setTimeout(note, 1, "cleared"));
  clock.clearTimeout(undefined);
  clock.setTimeout(note, 1, "b");
  clock.setTimeout(note, 50, "later");
  await clock.runUntil(49);
  expect(seen).toEqual([
    ["a", 1],
    ["b", 1],
  ]);
  await clock.runUntil(50);
  expect(seen.at(-1)).toEqual(["later", 50]);
});
