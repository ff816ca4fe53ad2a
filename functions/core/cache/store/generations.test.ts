import { expect, test } from "vitest";
import { createGenerations } from "./generations.ts";

test("a key's generation changes with each purge of it, and with no other's", () => {
  const { of, begin } = createGenerations();
  const before = [of("a"), of("b")];
  begin("a");
  const between = of("a");
  begin("a");
  expect(new Set([before[0], between, of("a")]).size).toBe(3);
  expect(of("b")).toBe(before[1]);
});

test("a key that is forgotten has never a generation of before its purge", () => {
  const { of, begin } = createGenerations(2);
  begin("other");
  const before = of("a");
  begin("a");
  const after = of("a");
  for (const key of ["b", "c", "d", "e"]) {
    begin(key);
    expect(of("a")).not.toBe(before);
  }
  expect(after).not.toBe(before);
});

test("work on other tags goes on, however many are purged before it and forgotten while it runs", () => {
  const { of, begin, last } = createGenerations(2);
  for (let n = 0; n < 100; n += 1) {
    begin(`before ${n}`);
    const number = last();
    begin(`meanwhile ${n}`);
    expect(of("work") > number).toBe(false);
    expect(of(`meanwhile ${n}`) > number).toBe(true);
  }
});

test("once all is forgotten, all earlier work counts as purged, and no later one", () => {
  const { of, begin, forget, last } = createGenerations();
  begin("a", 10);
  begin("b", 30);
  forget(20);
  expect([of("a"), of("b"), of("c"), last()]).toStrictEqual([20, 30, 20, 30]);
  forget();
  expect([of("a"), of("b"), of("c"), last()]).toStrictEqual([31, 31, 31, 31]);
});
