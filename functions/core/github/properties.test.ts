import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createChain, fakeTimers } from "../../../test/support/chain.ts";
import { type Action, ids, modelEnv, modelled, runModel } from "../../../test/support/model.ts";

beforeEach(fakeTimers);
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const which = fc.nat(ids.length - 1);
const faults: Extract<Action, { kind: "fault" }>["fault"][] = [
  { kind: "status", status: 500 },
  { kind: "status", status: 503, html: true },
  { kind: "hang" },
  { kind: "latency", ms: 500 },
  { kind: "reset" },
  { kind: "malformed" },
  { kind: "html" },
  { kind: "empty" },
  { kind: "redirect", to: "https://elsewhere.example/" },
  { kind: "secondary" },
  { kind: "secondary", status: 429, retryAfter: 5 },
  { kind: "primary", resetIn: 30 },
];
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("ask"), which, times: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("pass"),
      ms: fc.constantFrom(1, 500, 2000, 19_999, 20_000, 31_000, 59_999, 60_000, 95_000, 300_000, 700_000, 3_601_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("edit"), which }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remove"), which }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fault"),
      fault: fc.oneof(
        fc.constantFrom(...faults),
        fc
          .record({ fault: fc.constantFrom(...faults), times: fc.integer({ min: 1, max: 3 }) })
          .map(({ fault, times }) => ({ ...fault, times })),
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("heal") }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("spend"), remaining: fc.integer({ min: 0, max: 12 }) }) },
);

describe.each([
  ["without a token", "", "0"],
  ["with a token", "good-one", "0"],
  ["with two tokens and retries", "good-one,good-two", "1"],
  ["with a token that is none", "bad,good-one", "0"],
])("whatever happens in whatever order, %s", (_, tokens, retries) => {
  test("answers are right and not too old, and GitHub is asked once a lifetime", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40, size: "max" }), async (actions) => {
        const chain = createChain({ ...modelEnv, GITHUB_TOKEN: tokens, UPSTREAM_RETRIES: retries });
        await runModel(chain, actions);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { seed: 20_261_123, numRuns: 60 },
    );
  });
});

describe("whatever is spent of the budget by others", () => {
  const limit = 60;
  const keep = Math.ceil((limit * modelled.reserve) / 100);
  const targets = Array.from({ length: 12 }, (_, n) => `/gists/${String(n + 1).repeat(8)}`);
  const step = fc.oneof(
    fc.record({ asks: fc.array(fc.nat(targets.length - 1), { minLength: 1, maxLength: 12 }) }),
    fc.record({ spend: fc.integer({ min: 0, max: 14 }) }),
    fc.record({ pass: fc.constantFrom(1000, 21_000, 61_000, 3_601_000) }),
  );

  test("misses never take what is left below the reserve, as far as GitHub told", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 30, size: "max" }), async (steps) => {
        const chain = createChain({ ...modelEnv, UPSTREAM_CONCURRENCY: "20" });
        for (const { asks = [], spend, pass } of steps as { asks?: number[]; spend?: number; pass?: number }[]) {
          const told = chain.calls.findLast(({ remaining }) => remaining !== undefined);
          const before = chain.calls.length;
          const work = asks.map((at) => chain.send(targets[at]!));
          await chain.rest();
          await Promise.all(work);
          const isTold = told && chain.github.now() / 1000 < told.reset!;
          if (isTold) expect(chain.calls.length - before).toBeLessThanOrEqual(Math.max(told.remaining! - keep, 0));
          if (spend !== undefined) chain.github.limit({ who: "anonymous", remaining: spend });
          if (pass !== undefined) await chain.pass(pass);
        }
      }),
      { seed: 20_261_123, numRuns: 60 },
    );
  });
});
