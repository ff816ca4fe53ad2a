import { expect, test, vi } from "vitest";
import { createClock, failureOf, toAnswer, toAsk } from "../../../test/support/layers.ts";
import { limitClients } from "./client-limit.ts";
import type { Fetch } from "../model.ts";

function create(perMinute: number) {
  const clock = createClock();
  const next = vi.fn<Fetch>(async () => toAnswer(clock.now()));
  const fetch = limitClients(next, { perMinute, now: clock.now });
  /** How many of so many requests of a client get through. */
  async function count(client: string | undefined, requests: number): Promise<number> {
    const asks = Array.from({ length: requests }, () => fetch(toAsk("key", client === undefined ? {} : { client })));
    return (await Promise.allSettled(asks)).filter(({ status }) => status === "fulfilled").length;
  }
  return { clock, next, fetch, count };
}

test("a client gets a minute's worth at once, and then as much as flows in", async () => {
  const { clock, count, next } = create(6);
  expect(await count("1.1.1.1", 10)).toBe(6);
  clock.step(9999);
  expect(await count("1.1.1.1", 10)).toBe(0);
  clock.step(1);
  expect(await count("1.1.1.1", 10)).toBe(1);
  clock.step(30_000);
  expect(await count("1.1.1.1", 10)).toBe(3);
  clock.step(3_600_000);
  expect(await count("1.1.1.1", 10)).toBe(6);
  expect(next).toHaveBeenCalledTimes(16);
});

test("one client's greed is not another's", async () => {
  const { count } = create(2);
  await count("crawler", 100);
  expect(await count("someone", 2)).toBe(2);
});

test("who asks on while refused does not have to wait longer", async () => {
  const { clock, count } = create(1);
  await count("a", 1);
  for (let n = 0; n < 59; n += 1) {
    clock.step(1000);
    expect(await count("a", 3)).toBe(0);
  }
  clock.step(1001);
  expect(await count("a", 3)).toBe(1);
});

test("the refusal is a limit, and tells truly when to come again", async () => {
  const { clock, fetch, count } = create(4);
  await count("a", 4);
  clock.step(3000);
  const error = await failureOf(fetch(toAsk("key", { client: "a" })));
  expect(error).toMatchObject({ failure: "rate-limited", details: { retryAfter: 12, limit: "secondary" } });
  expect(error.message, "not to be read as one of GitHub's").toContain("this service calls GitHub 4 times a minute");
  clock.step(11_999);
  expect(await count("a", 1)).toBe(0);
  clock.step(1);
  expect(await count("a", 1)).toBe(1);
});

test("clients that nobody trusted names are let through, and so is everyone where it is off", async () => {
  expect(await create(1).count(undefined, 50)).toBe(50);
  expect(await create(0).count("a", 50)).toBe(50);
});

test("where more clients come than are remembered, the ones of long ago are forgotten", async () => {
  const { count, fetch } = create(1);
  await count("first", 1);
  for (let n = 0; n < 10_000; n += 1) await fetch(toAsk("key", { client: String(n) }));
  expect(await count("first", 1)).toBe(1);
  expect(await count("9999", 1)).toBe(0);
});
