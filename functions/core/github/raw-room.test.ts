import { expect, test } from "vitest";
import { failureOf, settle } from "../../../test/support/layers.ts";
import { createRawRoom } from "./raw-room.ts";

const never = new AbortController().signal;

test("never holds more than the limit, and grants in order of arrival", async () => {
  const seen: number[] = [];
  const room = createRawRoom(10, (taken) => seen.push(taken));
  const done: string[] = [];
  const take = async (name: string, size: number) => {
    const release = await room.take(size, never);
    done.push(name);
    return release;
  };
  const first = await take("first", 6);
  const second = take("second", 8);
  // It would fit, but the second came before.
  const third = take("third", 2);
  await settle();
  expect(done).toEqual(["first"]);
  first();
  const releases = [await second, await third];
  expect(done).toEqual(["first", "second", "third"]);
  for (const release of releases) release();
  expect(Math.max(...seen)).toBe(10);
  expect(seen.at(-1)).toBe(0);
});

test("one that gives up gets 503 and lets the next one in", async () => {
  const room = createRawRoom(10, () => undefined);
  await room.take(6, never);
  const leaving = new AbortController();
  const large = failureOf(room.take(9, leaving.signal));
  const small = room.take(4, never);
  leaving.abort();
  expect((await large).failure).toBe("service-unavailable");
  await small;
});
