import fc from "fast-check";
import { expect, test } from "vitest";
import { failureOf } from "../../../test/support/layers.ts";
import { createReadRoom, createReadRooms } from "./read-room.ts";

const never = new AbortController().signal;

/** True once a promise has settled by itself, and not later. */
async function isDone(work: Promise<unknown>): Promise<boolean> {
  const later = Symbol("later");
  return (await Promise.race([work, new Promise((resolve) => setImmediate(() => resolve(later)))])) !== later;
}

test("gives room at once while there is some, and later once others have ended", async () => {
  const told: number[] = [];
  const room = createReadRoom(100, (bytes) => told.push(bytes));
  const [first, second, third] = [room.begin(), room.begin(), room.begin()];
  expect(await isDone(first.take(60, never))).toBe(true);
  expect(await isDone(second.take(40, never))).toBe(true);
  // One call may go beyond.
  expect(await isDone(second.take(40, never))).toBe(true);
  const waiting = third.take(40, never);
  expect(await isDone(waiting)).toBe(false);
  first.end();
  expect(await isDone(waiting)).toBe(false);
  second.end();
  expect(await isDone(waiting)).toBe(true);
  third.end();
  expect(told.at(-1)).toBe(0);
});

test("refuses a call whose time is over while it waits, and takes nothing for it", async () => {
  let taken = 0;
  const room = createReadRoom(10, (bytes) => (taken = bytes));
  const [large, other] = [room.begin(), room.begin()];
  await large.take(20, never);
  const time = new AbortController();
  const waiting = failureOf(other.take(5, time.signal));
  time.abort();
  expect(await waiting).toMatchObject({ failure: "service-unavailable", details: { retryAfter: 1 } });
  other.end();
  expect(taken).toBe(20);
  large.end();
  expect(taken).toBe(0);
});

test("all calls end, whatever they take and in whatever order, and the bound is passed by one call's bytes at most", async () => {
  const largest = 50;
  const calls = fc.array(fc.array(fc.integer({ min: 1, max: 10 }), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 12,
  });
  await fc.assert(
    fc.asyncProperty(calls, fc.integer({ min: 1, max: 60 }), fc.scheduler(), async (sizes, limit, scheduler) => {
      let most = 0;
      const room = createReadRoom(limit, (bytes) => (most = Math.max(most, bytes)));
      const run = Promise.all(
        sizes.map(async (parts) => {
          const reading = room.begin();
          for (const bytes of parts) {
            await scheduler.schedule(Promise.resolve());
            await reading.take(bytes, never);
          }
          reading.end();
        }),
      );
      await scheduler.waitFor(run);
      expect(most).toBeLessThanOrEqual(limit + largest);
    }),
  );
});

test("small calls have room of their own, however much large ones hold", async () => {
  const told: number[] = [];
  const room = createReadRooms(4_000_000, (bytes) => told.push(bytes));
  const large = [room.begin(), room.begin(), room.begin()];
  expect(await isDone(large[0]!.take(2_000_000, never))).toBe(true);
  expect(await isDone(large[1]!.take(2_000_000, never))).toBe(true);
  const waiting = large[2]!.take(2_000_000, never);
  expect(await isDone(waiting)).toBe(false);
  const one = room.begin();
  for (let part = 0; part < 4; part++) expect(await isDone(one.take(100_000, never))).toBe(true);
  // It grows: now it is a large one too.
  const grown = one.take(200_000, never);
  expect(await isDone(grown)).toBe(false);
  large[0]!.end();
  large[1]!.end();
  expect(await isDone(Promise.all([waiting, grown]))).toBe(true);
  large[2]!.end();
  one.end();
  expect(told.at(-1)).toBe(0);
});
