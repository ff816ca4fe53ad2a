import { expect, test } from "vitest";
import { settle } from "../../../test/support/layers.ts";
import { createFilling } from "./filling.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

test("readers get what is there, and wait for the rest, each at its own pace", async () => {
  const filling = createFilling(4);
  filling.open();
  const first = filling.filled(0);
  filling.push(bytes(1, 2));
  expect(await first).toBe(2);
  const third = filling.filled(2);
  let isThere = false;
  void third.then(() => (isThere = true));
  await settle();
  expect(isThere).toBe(false);
  filling.push(bytes(3, 4));
  expect(await third).toBe(4);
  expect(await filling.filled(1)).toBe(4);
  expect([...filling.body()]).toEqual([1, 2, 3, 4]);
});

test("a reader of what is there does not learn of a failure; one that waits does, and a later one", async () => {
  const filling = createFilling(4);
  filling.open();
  filling.push(bytes(1));
  const waiting = filling.filled(1);
  filling.fail(new Error("broken"));
  await expect(waiting).rejects.toThrow("broken");
  await expect(filling.filled(1)).rejects.toThrow("broken");
  expect(await filling.filled(0)).toBe(1);
});

test("it takes no memory before it is open", () => {
  const filling = createFilling(1000);
  expect(filling.body().byteLength).toBe(0);
  filling.open();
  expect(filling.body().byteLength).toBe(1000);
});
