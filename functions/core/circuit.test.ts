import { expect, test } from "vitest";
import { createClock } from "../../test/support/layers.ts";
import { createCircuit } from "./circuit.ts";

function create(jitter?: (ms: number) => number) {
  const clock = createClock();
  const circuit = createCircuit({ now: clock.now, firstPause: 100, longestPause: 1000, ...(jitter && { jitter }) });
  /** Fails one call that begins now. */
  const fail = () => circuit.fail(circuit.attempt());
  return { ...circuit, circuit, clock, fail };
}

test("is closed until a failure opens it, and a success closes it", () => {
  const { isOpen, wait, fail, succeed } = create();
  expect([isOpen(), wait()]).toStrictEqual([false, 0]);
  expect(fail()).toBe(true);
  expect([isOpen(), wait()]).toStrictEqual([true, 100]);
  expect(succeed()).toBe(true);
  expect([isOpen(), wait()]).toStrictEqual([false, 0]);
  expect(succeed()).toBe(false);
});

test("is half-open after its pause: open, and nothing to wait for", () => {
  const { clock, isOpen, wait, fail } = create();
  fail();
  clock.step(99);
  expect(wait()).toBe(1);
  clock.step(1);
  expect([isOpen(), wait()]).toStrictEqual([true, 0]);
});

test("each failure in a row doubles the pause up to the longest; a success resets it", () => {
  const { wait, fail, succeed } = create();
  const pauses = Array.from({ length: 6 }, () => (fail(), wait()));
  expect(pauses).toStrictEqual([100, 200, 400, 800, 1000, 1000]);
  for (let n = 0; n < 2000; n += 1) fail();
  expect(wait()).toBe(1000);
  succeed();
  expect(fail()).toBe(true);
  expect(wait()).toBe(100);
});

test("calls that began together count once, however late they fail", () => {
  const { clock, attempt, circuit, wait, fail } = create();
  const before = attempt();
  expect(fail()).toBe(true);
  const during = attempt();
  clock.step(50);
  expect(circuit.fail(before)).toBe(false);
  expect(wait()).toBe(50);
  expect(circuit.fail(during)).toBe(false);
  expect(wait()).toBe(200);
  expect(circuit.fail(during)).toBe(false);
  clock.step(50);
  expect(wait()).toBe(150);
});

test("pauses to wait in addition are as long as the last one, without its jitter", () => {
  const { clock, wait, fail } = create((ms) => ms * 1.2);
  fail();
  fail();
  expect([wait(), wait(1)]).toStrictEqual([240, 440]);
  clock.step(240);
  expect([wait(), wait(1)]).toStrictEqual([0, 200]);
});

test("waits no longer where the clock was set back", () => {
  const { clock, isOpen, wait, fail } = create();
  fail();
  clock.step(-3_600_000);
  expect([isOpen(), wait()]).toStrictEqual([true, 0]);
});
