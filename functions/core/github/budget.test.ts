import { describe, expect, test } from "vitest";
import { createAccounting, toQuota, words } from "../../../test/support/budget.ts";
import { down, failureOf, settle, toAnswer, toAsk, toEntry } from "../../../test/support/layers.ts";
import type { EdgeError } from "../errors.ts";
import { maxDerived } from "./derived-etag.ts";

const refused = { entry: { status: 401 }, upstreamStatus: 401, quota: toQuota(3, 60) };

describe("which token is used", () => {
  test("none if none is configured", async () => {
    const { ask, secrets, next } = await createAccounting("");
    await ask();
    expect(secrets()).toStrictEqual(["none"]);
    expect(next.calls[0]?.ask).not.toHaveProperty("token");
  });

  test("the one with most left", async () => {
    const { ask, secrets } = await createAccounting("a,b,c");
    await ask({ quota: toQuota(100) });
    await ask({ quota: toQuota(300) });
    await ask({ quota: toQuota(200) });
    await ask({ quota: toQuota(150) });
    await ask({ quota: toQuota(199) });
    await ask();
    expect(secrets()).toStrictEqual(["a", "b", "c", "b", "c", "c"]);
  });

  test("calls under way count, so that they spread over the pool", async () => {
    const { fetch, secrets } = await createAccounting("a,b");
    for (let n = 0; n < 6; n += 1) void fetch(toAsk(String(n)));
    await settle();
    expect(secrets().filter((secret) => secret === "a")).toHaveLength(3);
  });

  test("before the fullest one that whose validator is known, for its 304 is free", async () => {
    const { ask, next, secrets } = await createAccounting("a,b");
    await ask({ quota: toQuota(10) });
    await ask({ quota: toQuota(4000) });
    const { id } = next.calls[0]!.ask.token!;
    await ask({}, toAsk("one", { etags: { [id]: 'W/"1"' } }));
    await ask({}, toAsk("one", { etags: { "": 'W/"anonymous"' } }));
    expect(secrets()).toStrictEqual(["a", "b", "a", "b"]);
  });

  test("any token for the bytes of another's, once GitHub has shown that its ETags are derived", async () => {
    const { ask, next, secrets } = await createAccounting("a,b");
    await ask({ quota: toQuota(10) });
    await ask({ quota: toQuota(4000) });
    const { id } = next.calls[0]!.ask.token!;
    const stored = toAsk("one", { etags: { [id]: 'W/"1"' }, stored: toEntry() });
    await ask({ quota: toQuota(10) }, stored);
    await ask({ quota: toQuota(10), derivesEtags: true }, stored);
    await ask({ quota: toQuota(4000), derivesEtags: false }, stored);
    await ask({}, stored);
    expect(secrets()).toStrictEqual(["a", "b", "a", "a", "b", "a"]);
  });

  test("the reserve is not for a derived validator before GitHub has shown that its ETags are derived", async () => {
    const { ask, secrets } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "10" });
    const other = toAsk("one", { etags: { another: 'W/"1"' }, stored: toEntry() });
    await ask({ quota: toQuota(500) });
    await expect(ask({}, other)).rejects.toMatchObject({ failure: "rate-limited" });
    expect(secrets()).toHaveLength(1);
  });

  test("the reserve is for a derived validator once it has, where there is one", async () => {
    const { ask, secrets } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "10" });
    const other = toAsk("one", { etags: { another: 'W/"1"' }, stored: toEntry() });
    const tooLarge = toAsk("one", { stored: toEntry(new Uint8Array(maxDerived + 1)) });
    await ask({ quota: toQuota(500), derivesEtags: true });
    await ask({ quota: toQuota(500) }, other);
    await expect(ask({}, tooLarge), "for which none is derived").rejects.toMatchObject({ failure: "rate-limited" });
    await ask({ quota: toQuota(499), derivesEtags: false }, other);
    await expect(ask({}, other)).rejects.toMatchObject({ failure: "rate-limited" });
    expect(secrets()).toHaveLength(3);
  });

  test("ids of tokens tell nothing of them, and are the same in every process", async () => {
    const [one, two] = [await createAccounting("ghp_secret"), await createAccounting("ghp_secret")];
    await one.ask();
    await two.ask();
    const id = one.next.calls[0]?.ask.token?.id;
    expect(id).toMatch(/^[0-9a-f]{12}$/);
    expect(two.next.calls[0]?.ask.token?.id).toBe(id);
  });
});

const aboutToken = (text: string) => ({
  entry: { status: 403, body: words(text) },
  upstreamStatus: 403,
  quota: toQuota(4000),
});

describe("a token that GitHub refuses", () => {
  type Told = Parameters<typeof toAnswer>[1];

  /** Asks once; GitHub answers by the token, `none` for no token. */
  let asked = 0;
  async function meet(
    accounting: Awaited<ReturnType<typeof createAccounting>>,
    told: Record<string, () => Told>,
    key = `met ${(asked += 1)}`,
  ) {
    const { fetch, next, clock } = accounting;
    let { length } = next.calls;
    const work = fetch(toAsk(key)).then(
      ({ upstreamStatus }) => upstreamStatus,
      (error: EdgeError) => error,
    );
    for (; ; length += 1) {
      await settle();
      const call = next.calls[length];
      if (!call) return work;
      call.answer(toAnswer(clock.now(), told[call.ask.token?.secret ?? "none"]?.()));
    }
  }
  const good = () => ({ quota: toQuota(4999) });
  const bad = () => refused;
  const anonymous = () => ({ quota: toQuota(59, 60) });

  test("once only costs nobody anything: it is asked again at once", async () => {
    const accounting = await createAccounting("only");
    let isOdd = true;
    const once = () => (isOdd ? ((isOdd = false), refused) : good());
    expect(await meet(accounting, { only: once })).toBe(200);
    expect(await meet(accounting, { only: good })).toBe(200);
    expect(accounting.secrets()).toStrictEqual(["only", "only", "only"]);
    expect(accounting.log).toStrictEqual([]);
    expect(accounting.budget.accounts()[0]?.valid).toBe(true);
  });

  test("twice is set aside, logged by its index, and the next one is asked at once", async () => {
    const accounting = await createAccounting("bad,good");
    expect(await meet(accounting, { bad, good })).toBe(200);
    expect(accounting.secrets()).toStrictEqual(["bad", "bad", "good"]);
    expect(accounting.log).toStrictEqual([
      {
        level: "error",
        message: "GitHub refuses a token: set aside",
        fields: { token: 0, seconds: 2, status: 401 },
      },
    ]);
    expect(JSON.stringify(accounting.log)).not.toContain("bad");
    expect(accounting.budget.accounts().map(({ index, valid }) => [index, valid])).toStrictEqual([
      [0, false],
      [1, true],
    ]);
  });

  test("what the refusal tells of a quota is not the token's", async () => {
    const accounting = await createAccounting("bad,good");
    await meet(accounting, { bad, good });
    expect(accounting.budget.accounts()[0]?.quota).toMatchObject({ limit: 5000, remaining: 5000 });
  });

  test("where all are refused, calls go without one; refused even so, it is our fault and a 502", async () => {
    const accounting = await createAccounting("x,y");
    const error = await meet(accounting, { x: bad, y: bad, none: bad });
    expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 401 } });
    expect(accounting.secrets()).toStrictEqual(["x", "x", "y", "y", "none"]);
  });

  test("is looked at again after two seconds, then twice as long each time, up to ten minutes", async () => {
    const accounting = await createAccounting("only");
    await meet(accounting, { only: bad, none: anonymous });
    for (const seconds of [2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]) {
      accounting.clock.step(seconds * 1000 - 1);
      const { length } = accounting.next.calls;
      await meet(accounting, { only: bad, none: anonymous });
      expect(accounting.secrets().slice(length), `before ${seconds} s`).toStrictEqual(["none"]);
      expect(accounting.budget.accounts()[0]?.valid).toBe(false);
      accounting.clock.step(1);
      await meet(accounting, { only: bad, none: anonymous });
      expect(accounting.secrets().slice(length + 1), `after ${seconds} s`).toStrictEqual(["only", "none"]);
    }
  });

  test("one call at a time looks; its success takes the token back, and forgets the refusals", async () => {
    const accounting = await createAccounting("only");
    const { fetch, next, clock, secrets, budget } = accounting;
    await meet(accounting, { only: bad, none: anonymous });
    clock.step(2000);
    await meet(accounting, { only: bad, none: anonymous });
    clock.step(4000);
    const { length } = next.calls;
    const work = [1, 2, 3].map((n) => fetch(toAsk(String(n))));
    await settle();
    expect(secrets().slice(length).toSorted()).toStrictEqual(["none", "none", "only"]);
    expect(budget.accounts()[0]?.valid).toBe(false);
    for (const call of next.calls.slice(length)) call.answer(toAnswer(clock.now(), good()));
    await Promise.all(work);
    expect(budget.accounts()[0]?.valid).toBe(true);
    await meet(accounting, { only: bad, none: anonymous });
    clock.step(2000);
    expect(await meet(accounting, { only: good })).toBe(200);
    expect(secrets().slice(length + 3)).toStrictEqual(["only", "only", "none", "only"]);
  });

  test("a look that came to nothing leaves the next call to look", async () => {
    const accounting = await createAccounting("only");
    const { fetch, next, clock, secrets } = accounting;
    await meet(accounting, { only: bad, none: anonymous });
    clock.step(2000);
    const look = failureOf(fetch(toAsk("another")));
    await settle();
    next.calls.at(-1)?.fail(down());
    await look;
    expect(await meet(accounting, { only: good })).toBe(200);
    expect(secrets().slice(-2)).toStrictEqual(["only", "only"]);
  });

  test("comes back sooner than a quota: `Retry-After` is the soonest of the pool", async () => {
    const accounting = await createAccounting("only", { BUDGET_RESERVE_PERCENT: "0" });
    await meet(accounting, { only: bad, none: () => ({ quota: toQuota(0, 60) }) });
    expect(await meet(accounting, {})).toMatchObject({ failure: "rate-limited", details: { retryAfter: 2 } });
  });

  test("of a resource that was refused before, while others were not, is that resource's fault", async () => {
    const accounting = await createAccounting("a,b");
    const { budget, clock, secrets, next } = accounting;
    const isValid = () => budget.accounts().map(({ valid }) => valid);
    expect(await meet(accounting, { a: bad, b: bad, none: anonymous }, "odd")).toBe(200);
    expect(isValid()).toEqual([false, false]);
    // It says nothing new of them, and others do.
    clock.step(2000);
    const { length } = next.calls;
    await meet(accounting, { a: bad, b: bad, none: anonymous }, "odd");
    expect(secrets().slice(length)).toStrictEqual(["none"]);
    await meet(accounting, { a: good, b: good });
    await meet(accounting, { a: good, b: good });
    expect(isValid()).toEqual([true, true]);
    for (let turn = 0; turn < 3; turn++) await meet(accounting, { a: bad, b: bad, none: anonymous }, "odd");
    expect(isValid()).toEqual([true, true]);
  });

  test("is looked at again by the same resource too, where no other comes, after twice the time", async () => {
    const accounting = await createAccounting("only");
    await meet(accounting, { only: bad, none: anonymous }, "one");
    accounting.clock.step(3999);
    const { length } = accounting.next.calls;
    await meet(accounting, { only: good, none: anonymous }, "one");
    accounting.clock.step(1);
    await meet(accounting, { only: good, none: anonymous }, "one");
    expect(accounting.secrets().slice(length)).toStrictEqual(["none", "only"]);
  });

  test("is what the client is told where nobody is left who may ask", async () => {
    const accounting = await createAccounting("only");
    const spent = () => ({ quota: toQuota(0, 60) });
    await meet(accounting, { only: bad, none: spent });
    accounting.clock.step(2000);
    expect(await meet(accounting, { only: bad, none: spent })).toMatchObject({
      failure: "bad-gateway",
      details: { upstreamStatus: 401 },
    });
  });

  test("without any tokens a 401 is our fault and a 502", async () => {
    const { ask, next } = await createAccounting("");
    await expect(failureOf(ask(refused))).resolves.toMatchObject({ failure: "bad-gateway" });
    expect(next.calls).toHaveLength(1);
  });

  describe.each([
    "Sorry. Your account was suspended.",
    "Resource not accessible by integration",
    "Resource not accessible by personal access token",
    "Although you appear to have the correct authorization credentials, the `x` organization has an IP allow list enabled",
    "Resource protected by organization SAML enforcement. You must grant your token access to this organization.",
    "`x` forbids access via a personal access token (classic).",
    "Maximum number of login attempts exceeded. Please try again later.",
  ])("by a 403: %s", (text) => {
    const barred = () => aboutToken(text);

    test("is set aside as by a 401, and the next one is asked", async () => {
      const accounting = await createAccounting("bad,good");
      expect(await meet(accounting, { bad: barred, good })).toBe(200);
      expect(accounting.secrets()).toStrictEqual(["bad", "bad", "good"]);
      expect(accounting.log).toMatchObject([{ level: "error", fields: { token: 0, status: 403 } }]);
    });

    test("and so every one: a 502, and no answer", async () => {
      const accounting = await createAccounting("x,y");
      const error = await meet(accounting, { x: barred, y: barred, none: barred });
      expect(error).toMatchObject({ failure: "bad-gateway", details: { upstreamStatus: 403 } });
    });
  });
});

describe("the reserve", () => {
  test("misses stop before it; revalidation may use it to the end", async () => {
    const { ask, budget, next } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "10" });
    await ask({ quota: toQuota(502) });
    await ask({ quota: toQuota(501) });
    await ask({ quota: toQuota(500) });
    await expect(failureOf(ask())).resolves.toMatchObject({ failure: "rate-limited" });
    const { id } = next.calls[0]!.ask.token!;
    const etags = { [id]: 'W/"1"' };
    await ask({ quota: toQuota(1) }, toAsk("one", { etags }));
    await ask({ quota: toQuota(0) }, toAsk("one", { etags }));
    await expect(failureOf(ask({}, toAsk("one", { etags })))).resolves.toMatchObject({ failure: "rate-limited" });
    expect(budget.view().remaining).toBe(0);
    expect(next.calls).toHaveLength(5);
  });

  test("a validator of another token makes no call free", async () => {
    const { ask } = await createAccounting("a", { BUDGET_RESERVE_PERCENT: "10" });
    await ask({ quota: toQuota(500) });
    const other = toAsk("one", { etags: { "0123456789ab": 'W/"1"' } });
    await expect(failureOf(ask({}, other))).resolves.toMatchObject({ failure: "rate-limited" });
  });

  test.each([1, 2, 5, 40])("holds where %i more misses than it allows come at one moment", async (surplus) => {
    const { ask, fetch, next } = await createAccounting("a,b", { BUDGET_RESERVE_PERCENT: "10" });
    await ask({ quota: toQuota(505) });
    await ask({ quota: toQuota(503) });
    const work = Array.from({ length: 8 + surplus }, (_, n) => fetch(toAsk(String(n))));
    for (const one of work) one.catch(() => undefined);
    await settle();
    expect(next.calls).toHaveLength(2 + 8);
    for (const call of next.calls) call.answer(toAnswer(0));
    const ended = await Promise.allSettled(work);
    expect(ended.filter(({ status }) => status === "rejected")).toHaveLength(surplus);
  });

  test("of an odd quota it is rounded up, and may be nothing", async () => {
    const anonymous = await createAccounting("", { BUDGET_RESERVE_PERCENT: "1" });
    await anonymous.ask({ quota: toQuota(1, 60) });
    await expect(failureOf(anonymous.ask())).resolves.toMatchObject({ failure: "rate-limited" });
    const spendthrift = await createAccounting("", { BUDGET_RESERVE_PERCENT: "0" });
    await spendthrift.ask({ quota: toQuota(1, 60) });
    await spendthrift.ask({ quota: toQuota(0, 60) });
    await expect(failureOf(spendthrift.ask())).resolves.toMatchObject({ failure: "rate-limited" });
  });
});

describe("calls that fail", () => {
  test("are not under way any more", async () => {
    const { fetch, next, budget } = await createAccounting("a");
    const work = [1, 2, 3].map((n) => failureOf(fetch(toAsk(String(n)))));
    await settle();
    expect(budget.view()).toMatchObject({ remaining: 4997, used: 3 });
    for (const call of next.calls) call.fail(down());
    await Promise.all(work);
    expect(budget.view()).toMatchObject({ remaining: 5000, used: 0 });
  });

  test("a 403 of the resource is an answer and no limit", async () => {
    const { ask } = await createAccounting("a");
    const barred = { entry: { status: 403, body: words("Gist disabled") }, upstreamStatus: 403, quota: toQuota(9) };
    await expect(ask(barred)).resolves.toMatchObject({ upstreamStatus: 403 });
    await expect(ask()).resolves.toMatchObject({ upstreamStatus: 200 });
  });
});
