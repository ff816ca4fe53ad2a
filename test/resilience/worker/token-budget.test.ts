import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { defaultToken } from "../../../harness/start-target.ts";
import { freshSince } from "../../contract/support/fresh.ts";
import { type Isolates, startIsolates } from "../support/isolates.ts";
import { ask, type Seen, tally } from "../support/pods.ts";

/** A path that nobody has asked for: a call to GitHub. */
const cold = () => `/octocat?per_page=1&since=${freshSince()}`;
const statusesOf = (seen: readonly Seen[]) => Object.fromEntries(tally(seen.map(({ status }) => status)));
const objects = ["KEY_TURN", "TOKEN_BUDGET"] as const;

/** So many clients at once, each with a cold path, spread over both Workers. */
const manyCold = ({ urls }: Isolates, clients: number) =>
  Promise.all(Array.from({ length: clients }, (_, n) => ask(`${urls[n % 2]}${cold()}`)));

describe("two Workers that share an object for each token", () => {
  test("a cold resource costs one call to each object before the response, and hits cost none", async () => {
    const isolates = await startIsolates({}, { objects });
    const [one] = isolates.urls;
    const path = cold();
    await ask(`${one}${path}`);
    const calls = { take: 1, settle: 1, "budget.take": 1, "budget.settle": 1 };
    await expect.poll(isolates.calls).toEqual(calls);
    for (let n = 0; n < 20; n += 1) expect((await ask(`${one}${path}`)).cacheStatus).toMatch(/^EdgeGists; hit; /);
    expect(await isolates.calls()).toEqual(calls);
  });

  test("together they use the quota to its reserve and not a call more", async () => {
    const isolates = await startIsolates({}, { objects });
    const [reserve, left] = [250, 40];
    const remaining = async () => {
      const { limit, used } = Object.values(await isolates.github.limits())[0]!;
      return limit - used;
    };
    await ask(`${isolates.urls[0]}${cold()}`);
    await isolates.github.limit({ who: defaultToken, remaining: reserve + left });
    // One of them learns of it.
    await ask(`${isolates.urls[1]}${cold()}`);
    await manyCold(isolates, 3 * left);
    expect(await remaining()).toBeGreaterThanOrEqual(reserve);
    // Where a call's cost was not known yet, its reservation counted twice for a moment.
    for (let turn = 0; turn < 3; turn += 1) await manyCold(isolates, 2);
    await expect.poll(async () => (await manyCold(isolates, 2)).map(({ status }) => status)).toEqual([403, 403]);
    expect(await remaining()).toBe(reserve);
  });

  test("what GitHub told one Worker the other keeps to", async () => {
    const isolates = await startIsolates({}, { objects });
    const [one, other] = isolates.urls;
    await ask(`${other}${cold()}`);
    await isolates.github.fault({ kind: "secondary", times: 1, status: 429, retryAfter: 60 });
    expect((await ask(`${one}${cold()}`)).status).toBeGreaterThanOrEqual(403);
    const before = (await isolates.github.calls()).length;
    const told = await fetch(`${other}${cold()}`);
    expect(told.status).toBe(403);
    expect(Number(told.headers.get("retry-after"))).toBeGreaterThan(30);
    expect(statusesOf(await manyCold(isolates, 20))).toEqual({ 403: 20 });
    expect((await isolates.github.calls()).length).toBe(before);
  });

  test("what GitHub told is known after a restart of all of them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "edge-gists-objects-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const first = await startIsolates({}, { objects, folder });
    await first.github.fault({ kind: "secondary", times: 1, status: 429, retryAfter: 600 });
    await ask(`${first.urls[0]}${cold()}`);
    const before = (await first.github.calls()).length;
    await first.stop();
    const second = await startIsolates({}, { objects, folder }, first.githubUrl);
    expect(statusesOf(await manyCold(second, 10))).toEqual({ 403: 10 });
    expect((await second.github.calls()).length).toBe(before);
  });

  test.each(["throw", "overload", "hang", "nonsense"] as const)(
    "objects that fail (%s): each Worker counts alone, and says so",
    async (how) => {
      const isolates = await startIsolates({ SHARED_CACHE_TIMEOUT_MS: "300" }, { objects: ["TOKEN_BUDGET"] });
      await isolates.fail(how);
      expect(statusesOf(await manyCold(isolates, 10))).toEqual({ 200: 10 });
      expect(await isolates.metric("github_fleet_alone")).toBe(2);
      expect(await isolates.metric("github_fleet_errors_total", { operation: "take" })).toBeGreaterThanOrEqual(2);
      const told = isolates.logs().filter((line) => line.includes("limits are not shared: counting alone"));
      expect(told).toHaveLength(2);
      await isolates.fail("");
      await expect
        .poll(async () => [await manyCold(isolates, 2), await isolates.metric("github_fleet_alone")][1], {
          timeout: 30_000,
        })
        .toBe(0);
    },
  );
});
