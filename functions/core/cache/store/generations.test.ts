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
