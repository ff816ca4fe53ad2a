import { describe, expect, test } from "vitest";
import type { Outcome } from "../../core/github/account-state.ts";
import type { Known } from "../../core/github/shared-limits.ts";
import { createBudgetState } from "./budget-state.ts";

const start = 1_800_000_000_000;
const quota = { limit: 5000, remaining: 4000, used: 1000, reset: start / 1000 + 1800 };
const base = {
  account: "0123456789ab",
  concurrency: 90,
  known: {
    epoch: 0,
    reported: { ...quota, remaining: 5000, used: 0 },
    blocked: 0,
    secondaryLimits: 0,
    refusals: 0,
    suspended: 0,
    suspension: 0,
    calls: 0,
  } satisfies Known,
};
const take = (call: string) => ({ ...base, call, lifetime: 11_000, resource: "key", reserve: 5 });
const settle = (call: string, outcome: Outcome) => ({ ...base, call, outcome });

/** An object's storage: what is put there is copied. */
function createStorage() {
  const items = new Map<string, unknown>();
  let writes = 0;
  const storage = {
    kv: {
      get: <T>(key: string) => structuredClone(items.get(key)) as T | undefined,
      put(key: string, value: unknown) {
        writes += 1;
        items.set(key, structuredClone(value));
      },
    },
    deleteAll: async () => items.clear(),
  };
  return { open: (now = start) => createBudgetState({ storage }, () => now), writes: () => writes };
}

describe("the budget of a token", () => {
  test("is in storage after each response, and survives that the object leaves memory", () => {
    const { open } = createStorage();
    const before = open();
    const first = before.take(take("a"));
    expect(first.granted).toBe(true);
    before.settle(settle("a", { kind: "accepted", quota }));
    const { granted, epoch, account } = open(start + 60_000).take(take("b"));
    expect(granted).toBe(true);
    expect(epoch).toBe(first.epoch);
    expect(account).toMatchObject({ reported: quota, inFlight: 1 });
  });

  test("refuses calls until the time that GitHub named, also from storage", () => {
    const { open } = createStorage();
    open().settle(settle("a", { kind: "limited", seconds: 600, isPrimary: false }));
    expect(open(start + 599_000).take(take("b"))).toMatchObject({ granted: false, wait: 1000 });
    expect(open(start + 600_000).take(take("b")).granted).toBe(true);
  });

  test("is written once for each response, and not for calls that begin or that say nothing", () => {
    const { open, writes } = createStorage();
    const budget = open();
    budget.take(take("a"));
    budget.settle(settle("a", { kind: "none" }));
    budget.settle(settle("", { kind: "none" }));
    expect(writes()).toBe(0);
    budget.take(take("b"));
    budget.settle(settle("b", { kind: "accepted", quota }));
    expect(writes()).toBe(1);
  });

  test("counts the calls of all that ask: the last one before the reserve is the last", () => {
    const { open } = createStorage();
    const budget = open();
    budget.settle(settle("", { kind: "accepted", quota: { ...quota, remaining: 252, used: 4748 } }));
    const granted = ["a", "b", "c", "d"].map((call) => budget.take(take(call)).granted);
    expect(granted).toEqual([true, true, false, false]);
  });
});
