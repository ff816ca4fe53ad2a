import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Target } from "../../harness/target.ts";
import type { Trouble } from "../../stand-in/faults.ts";
import { expectLocalError } from "./support/errors.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { cacheStatus } from "./support/headers.ts";
import { startBeside, useService } from "./support/service.ts";
import { standIn, withoutCalls } from "./support/stand-in.ts";

const service = useService();

/** An instance of each test's own: a limit stops all of its calls. */
let limited: Target;
let token: string;
const ask = (path = `/octocat?since=${freshSince()}`) => fetch(`${limited.url}${path}`);

beforeEach(async () => {
  await standIn(service).reset();
  token = `good-${freshName()}`;
  limited = await startBeside(service, { GITHUB_TOKEN: token });
});
afterEach(() => limited.stop());

const limitsPage = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api";

/** The fields and the words by which GitHub's clients know a secondary limit, and how long it lasts. */
async function expectSecondary(response: Response, least: number, most: number): Promise<void> {
  const after = Number(response.headers.get("retry-after"));
  const body = await expectLocalError(response, 403);
  expect(body.message, "PyGithub reads the beginning or the end").toMatch(
    /^You have exceeded a secondary rate limit\b/,
  );
  expect(body.message).toMatch(/Please wait a few minutes before you try again\.$/);
  expect(body.documentation_url, "go-github reads the end").toBe(`${limitsPage}#about-secondary-rate-limits`);
  expect(after, "whole seconds until another try makes sense").toBeGreaterThanOrEqual(least);
  expect(after).toBeLessThanOrEqual(most);
  expect(Number(response.headers.get("x-ratelimit-remaining")), "what is truly left").toBeGreaterThan(4000);
}

/** The same of a primary limit, which ends at the reset; githubkit takes one with Retry-After for a secondary limit. */
async function expectPrimary(response: Response, least: number, most: number): Promise<void> {
  const quota = quotaOf(response);
  const body = await expectLocalError(response, 403);
  expect(body.message).toMatch(/^API rate limit exceeded for /);
  expect(body.documentation_url).toBe(limitsPage);
  expect(response.headers.has("retry-after")).toBe(false);
  expect(quota.remaining).toBe(0);
  expect(quota.used).toBe(quota.limit);
  const seconds = quota.reset - Date.now() / 1000;
  expect(seconds).toBeGreaterThanOrEqual(least);
  expect(seconds).toBeLessThanOrEqual(most);
  const { resources } = (await (await ask("/rate_limit")).json()) as { resources: { core: object } };
  expect(resources.core, "/rate_limit says the same").toEqual(quota);
}

function quotaOf({ headers }: Response) {
  const read = (name: string) => Number(headers.get(`x-ratelimit-${name}`) ?? Number.NaN);
  return { limit: read("limit"), remaining: read("remaining"), used: read("used"), reset: read("reset") };
}

describe("GitHub's limits are 403, in GitHub's own form", () => {
  test.each<[string, Trouble, number, number]>([
    ["secondary, 403, with a time", { kind: "secondary", status: 403, retryAfter: 30 }, 25, 30],
    ["secondary, 429, with a time", { kind: "secondary", status: 429, retryAfter: 30 }, 25, 30],
    ["secondary, 403, without one: a minute at least", { kind: "secondary", status: 403 }, 55, 120],
    ["secondary, 429, without one: a minute at least", { kind: "secondary", status: 429 }, 55, 120],
    [
      "secondary, 429, with a time that cannot be",
      { kind: "secondary", status: 429, retryAfter: 99_999_999_999 },
      55,
      60,
    ],
    ["secondary, 403, by the old words alone", { kind: "secondary", status: 403, wording: "abuse" }, 55, 60],
  ])("%s", async (_what, trouble, least, most) => {
    await standIn(service).fault(trouble);
    await expectSecondary(await ask(), least, most);
    await standIn(service).fault();
    // To ask on while limited risks a ban.
    await withoutCalls(service, async () => expectSecondary(await ask(), least, most));
  });

  test.each([403, 429] as const)("primary, %i: until the reset", async (exceededStatus) => {
    await standIn(service).limit({ who: token, remaining: 0, resetIn: 600, exceededStatus });
    await expectPrimary(await ask(), 590, 601);
    await withoutCalls(service, async () => expectPrimary(await ask(), 590, 601));
  });

  test("primary, by a response with an earlier reset than the one before", async () => {
    expect((await ask()).status).toBe(200);
    await standIn(service).fault({ kind: "primary", resetIn: 900 });
    await expectPrimary(await ask(), 890, 901);
  });

  test("what is held in reserve for revalidation is nothing that a client is told of", async () => {
    expect(quotaOf(await ask())).toMatchObject({ limit: 4750, remaining: 4749, used: 1 });
    await standIn(service).limit({ who: token, remaining: 252 });
    expect(quotaOf(await ask())).toMatchObject({ limit: 4750, remaining: 1, used: 4749 });
    expect((await ask()).status, "the last one that is not reserved").toBe(200);
    await withoutCalls(service, async () => expectPrimary(await ask(), 3500, 3601));
  });

  test.each([
    [
      "reset in milliseconds, with nothing left",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(Date.now()) },
    ],
    ["limit of a thousand million", { "x-ratelimit-limit": "1000000000" }],
    ["negative number of calls left", { "x-ratelimit-remaining": "-5" }],
    ["reset long over", { "x-ratelimit-reset": "0" }],
    ["quota in words", { "x-ratelimit-limit": "abc", "x-ratelimit-remaining": "NaN", "x-ratelimit-reset": "soon" }],
  ])("an odd %s stops nothing", async (_what, fields) => {
    await standIn(service).fault({ kind: "fields", fields, times: 1 });
    for (let n = 0; n < 3; n++) expect((await ask()).status).toBe(200);
  });

  test("cached resources are available all the while", async () => {
    const path = `/octocat?since=${freshSince()}`;
    expect((await ask(path)).status).toBe(200);
    await standIn(service).limit({ who: token, remaining: 0 });
    expect((await ask()).status).toBe(403);
    for (let n = 0; n < 3; n++) {
      const kept = await ask(path);
      expect(kept.status).toBe(200);
      expect(cacheStatus(kept).hit).toBe(true);
      const told = [...kept.headers.keys()].filter((name) => name.startsWith("x-ratelimit-"));
      // go-github would send nothing more until the reset, not even for what is cached.
      expect(told, "no client is told that nothing is left").toEqual([]);
    }
  });

  test("the service's own pages work", async () => {
    await standIn(service).fault({ kind: "secondary", retryAfter: 60 });
    expect((await ask()).status).toBe(403);
    for (const path of ["/health", "/rate_limit", "/metrics", "/openapi.json"])
      expect((await ask(path)).status, path).toBe(200);
  });

  test("GitHub is asked again once the time has passed", async () => {
    await standIn(service).fault({ kind: "secondary", retryAfter: 1, times: 1 });
    expect((await ask()).status).toBe(403);
    await expect.poll(async () => (await ask()).status, { timeout: 5000, interval: 100 }).toBe(200);
  });

  test("a budget used up to the last call stops there", async () => {
    const first = await ask();
    expect(first.status).toBe(200);
    await standIn(service).limit({ who: token, remaining: 1 });
    expect((await ask()).status, "the last call").toBe(200);
    await withoutCalls(service, async () => expectPrimary(await ask(), 3500, 3601));
  });
});
