import { describe, expect, test } from "vitest";
import { createAccounting, toQuota } from "../../../test/support/budget.ts";
import { settle, toAnswer, toAsk } from "../../../test/support/layers.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { exposeBudget } from "./budget-metrics.ts";
import { createCredentials, type Credential, prepare } from "./credentials.ts";

const secretsOf = (list: readonly Credential[]) => Promise.all(list.map(async (one) => (await one.token())?.secret));

describe("the pool", () => {
  test("has the tokens of the settings, then installations, then those that can be replaced", async () => {
    const [app] = createCredentials(["app"]).list();
    const { list, replace } = createCredentials(["a", "b"], [{ ...app!, index: 2 }]);
    expect(await secretsOf(list())).toStrictEqual(["a", "b", "app"]);
    replace(["c", "d", "c", "a"]);
    expect(await secretsOf(list())).toStrictEqual(["a", "b", "app", "c", "d"]);
    expect(list().map(({ index }) => index)).toStrictEqual([0, 1, 2, 3, 4]);
  });

  test("keeps the credential of a token that stays, and is the same list while nothing changes", async () => {
    const { list, replace } = createCredentials([]);
    replace(["a", "b"]);
    const before = list();
    replace(["b", "a"]);
    expect(list()).toBe(before);
    replace(["b"]);
    expect(list()).toStrictEqual([before[1]]);
    expect(list()[0]).toBe(before[1]);
    expect(list()[0]?.index).toBe(0);
  });

  test("its ids are the same in every process, and tell nothing", async () => {
    const ids = await Promise.all(
      [createCredentials(["ghp_x"]), createCredentials(["ghp_x"])].map(({ list }) => list()[0]!.id()),
    );
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).toMatch(/^[\da-f]{12}$/);
  });
});

describe("the budget", () => {
  test("keeps the quota of a token that stays, and uses no removed one", async () => {
    const credentials = createCredentials([]);
    credentials.replace(["old", "stays"]);
    const { ask, secrets, budget } = await createAccounting("", {}, { credentials });
    await ask({ quota: toQuota(4000) });
    await ask({ quota: toQuota(3000) });
    expect(secrets()).toStrictEqual(["old", "stays"]);
    const before = budget.changes();
    credentials.replace(["stays", "new"]);
    // Digests come from another thread.
    await Promise.all(credentials.list().map(({ id }) => id()));
    expect(budget.changes()).not.toBe(before);
    expect(budget.accounts().map(({ quota }) => quota.remaining)).toStrictEqual([3000, 5000]);
    await ask({ quota: toQuota(2000) });
    await ask({ quota: toQuota(2999) });
    await ask();
    expect(secrets().slice(2)).toStrictEqual(["new", "stays", "stays"]);
  });

  test("has no gauges of a removed token", async () => {
    const credentials = createCredentials([]);
    const { budget } = await createAccounting("", {}, { credentials });
    const metrics = createMetrics({ version: "1", commit: "c" });
    const tokens = async () => {
      await exposeBudget(budget, metrics);
      const text = (await metrics.expose(undefined)).body;
      return [...text.matchAll(/^github_(?:token_valid|rate_limit_limit)\{token="(\w+)"\}/gm)].map(
        ([, token]) => token,
      );
    };
    expect(await tokens()).toStrictEqual(["anonymous", "anonymous"]);
    credentials.replace(["a", "b"]);
    expect((await tokens()).toSorted()).toStrictEqual(["0", "0", "1", "1"]);
    credentials.replace(["b"]);
    expect(await tokens()).toStrictEqual(["0", "0"]);
  });

  test("counts a call of a removed token, and gives its answer", async () => {
    const credentials = createCredentials([]);
    credentials.replace(["old"]);
    const { fetch, next, secrets } = await createAccounting("", {}, { credentials });
    const work = fetch(toAsk());
    await settle();
    credentials.replace(["new"]);
    next.calls[0]?.answer(toAnswer(0));
    await expect(work).resolves.toMatchObject({ upstreamStatus: 200 });
    expect(secrets()).toStrictEqual(["old"]);
  });
});

describe("waiting for a token", () => {
  function toCredential(has: boolean) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const state = { has };
    const credential = { hasToken: () => state.has, prepare: () => promise } as unknown as Credential;
    return { credential, end: (made: boolean) => ((state.has = made), resolve()) };
  }
  const isOver = (work: Promise<void>) =>
    Promise.race([work.then(() => true), new Promise((resolve) => setImmediate(() => resolve(false)))]);

  test("ends with the first that has one", async () => {
    const [a, b] = [toCredential(false), toCredential(false)];
    const work = prepare([a.credential, b.credential]);
    expect(await isOver(work)).toBe(false);
    a.end(false);
    expect(await isOver(work)).toBe(false);
    b.end(true);
    expect(await isOver(work)).toBe(true);
  });

  test("ends where none has one", async () => {
    const [a, b] = [toCredential(false), toCredential(false)];
    const work = prepare([a.credential, b.credential]);
    a.end(false);
    b.end(false);
    expect(await isOver(work)).toBe(true);
  });

  test("is not needed where one has one, or there are none", async () => {
    expect(await isOver(prepare([toCredential(false).credential, toCredential(true).credential]))).toBe(true);
    expect(await isOver(prepare([]))).toBe(true);
  });
});
