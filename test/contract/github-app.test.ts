import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Target } from "../../harness/target.ts";
import { metric } from "../resilience/support/metrics.ts";
import { createTestApp } from "../support/github-app.ts";
import { freshName, freshSince } from "./support/fresh.ts";
import { startBeside, useService } from "./support/service.ts";
import { standIn } from "./support/stand-in.ts";

const service = useService();
const github = () => standIn(service);
const { settings, env } = createTestApp([11, 12]);
const one = { ...env, GITHUB_APP_INSTALLATION_IDS: "11" };

beforeEach(async () => {
  await github().reset();
  await github().addApp(settings);
});

async function start(settingsOfIt: Record<string, string>): Promise<Target> {
  const target = await startBeside(service, { GITHUB_TOKEN: "", ...settingsOfIt });
  onTestFinished(target.stop);
  return target;
}

/** A resource that nobody has asked for. */
const ask = ({ url }: Target) => fetch(`${url}/octocat?since=${freshSince()}`);

/** Whose token each call for a resource had. */
async function callers(): Promise<string[]> {
  const calls = await github().calls(({ path }) => !path.startsWith("/app/"));
  return calls.map(({ headers }) => {
    const token = headers["authorization"]?.slice("Bearer ".length) ?? "none";
    return /^ghs_(\d+)_/.exec(token)?.[1] ?? token;
  });
}

const mints = () => github().calls(({ path }) => path.startsWith("/app/"));

describe("a GitHub App alone", () => {
  test("makes one token for many who ask at once, and has its limits", async () => {
    const target = await start(one);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(target)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(new Set(await callers())).toEqual(new Set(["11"]));
    expect((await mints()).map(({ method, status }) => [method, status])).toEqual([["POST", 201]]);
    // Less what is reserved for revalidation.
    expect(answers[0]?.headers.get("x-ratelimit-limit")).toBe("4750");
    expect(await metric(target.url, "github_app_tokens_total", { outcome: "made", token: "0" })).toBe(1);
    expect(await metric(target.url, "github_token_valid", { token: "0" })).toBe(1);
    const expiry = await metric(target.url, "github_app_token_expiry_timestamp_seconds");
    expect(Math.abs(expiry - Date.now() / 1000 - 3600)).toBeLessThan(60);
  });

  test("uses all its installations", async () => {
    const target = await start(env);
    for (let n = 0; n < 6; n++) await ask(target);
    await expect.poll(async () => (await mints()).length).toBe(2);
    for (let n = 0; n < 6; n++) await ask(target);
    expect(new Set(await callers())).toEqual(new Set(["11", "12"]));
  });

  test("asks for no token before one is needed", async () => {
    const target = await start(one);
    for (const path of ["/health", "/rate_limit", "/metrics"]) await fetch(`${target.url}${path}`);
    expect(await mints()).toEqual([]);
  });

  test("revalidates with each new token for free, where GitHub's ETags are derived", async () => {
    await github().etags("derived");
    const target = await start({ ...one, CACHE_TTL_SECONDS: "1", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" });
    const url = `${target.url}/octocat?since=${freshSince()}`;
    await fetch(url);
    // The token is forgotten at GitHub: the next call gets a 401, and another token.
    await sleep(5100);
    await github().apps({ revoked: [11] });
    expect((await fetch(url)).headers.get("cache-status")).toContain("fwd-status=304");
    const calls = (await github().calls(({ path }) => path === "/users/octocat/gists")).map(({ status }) => status);
    expect(calls).toEqual([200, 401, 304]);
    expect(await mints()).toHaveLength(2);
  });
});

describe("with tokens", () => {
  test("the pool uses both", async () => {
    const token = `good-${freshName()}`;
    const target = await start({ ...one, GITHUB_TOKEN: token });
    for (let n = 0; n < 8; n++) await ask(target);
    expect(new Set(await callers())).toEqual(new Set(["11", token]));
    expect(await metric(target.url, "github_rate_limit_limit", { token: "1" }), "after the tokens").toBe(5000);
  });

  test("nobody waits for the app: the token is used meanwhile", async () => {
    await github().fault({ kind: "hang", path: "/app/" });
    const target = await start({ ...one, GITHUB_TOKEN: "good-meanwhile" });
    const since = performance.now();
    expect((await ask(target)).status).toBe(200);
    expect(performance.now() - since).toBeLessThan(4000);
    expect(await callers()).toEqual(["good-meanwhile"]);
  });
});

describe("the end of a token", () => {
  test("in the middle of a load fails no request", async () => {
    await github().apps({ lifetime: 4 });
    const target = await start(one);
    const until = performance.now() + 10_000;
    const statuses: number[] = [];
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (performance.now() < until) {
          statuses.push((await ask(target)).status);
          // 400 calls in ten seconds: below GitHub's secondary limit of 900 points a minute.
          await sleep(100);
        }
      }),
    );
    expect(statuses.length).toBeGreaterThan(50);
    expect(statuses.filter((status) => status !== 200)).toEqual([]);
    const calls = await github().calls();
    expect(calls.filter(({ status }) => status >= 400)).toEqual([]);
    expect(new Set(await callers())).toEqual(new Set(["11"]));
    const made = (await mints()).length;
    expect(made, "each lives four seconds, of which one is lost to rounding").toBeGreaterThanOrEqual(3);
    expect(made).toBeLessThanOrEqual(6);
  });
});

describe("clocks that differ", () => {
  test.each([-60_000, 60_000, -900_000, 900_000])("by %i ms", async (ms) => {
    await github().step(ms);
    const target = await start(one);
    expect((await ask(target)).status).toBe(200);
    expect(await callers()).toEqual(["11"]);
    const refused = (await mints()).filter(({ status }) => status === 401);
    expect(refused.length, "one that tells GitHub's time").toBe(Math.abs(ms) > 60_000 ? 1 : 0);
  });
});

describe("an app that GitHub refuses", () => {
  const lines = (target: Target) => target.logs().filter((line) => line.includes("no new token for the GitHub App"));

  test("because of a wrong key is told, and calls go on without it", async () => {
    const other = createTestApp([11], true);
    const target = await start({ ...other.env });
    expect((await ask(target)).status).toBe(200);
    expect(await callers()).toEqual(["none"]);
    await expect.poll(() => lines(target).length).toBe(1);
    expect(JSON.parse(lines(target)[0]!)).toMatchObject({ level: "error", token: 0, status: 401 });
    expect(await metric(target.url, "github_token_valid", { token: "0" })).toBe(0);
    expect(await metric(target.url, "github_app_tokens_total", { outcome: "failed" })).toBe(1);
    await ask(target);
    expect(await mints(), "after a pause").toHaveLength(1);
  });

  test("because its installation is suspended is used again when it is not", async () => {
    await github().apps({ suspended: [11] });
    const target = await start(one);
    expect((await ask(target)).status).toBe(200);
    expect(await callers()).toEqual(["none"]);
    await expect.poll(() => lines(target).length).toBe(1);
    expect(JSON.parse(lines(target)[0]!)).toMatchObject({ level: "error", status: 403 });
    await github().apps({ suspended: [] });
    await expect.poll(async () => (await ask(target), (await callers()).at(-1))).toBe("11");
    await expect.poll(() => target.logs().join()).toContain("the GitHub App has a token again");
  });

  test("while it has a valid token is replaced by other calls, and used again", async () => {
    const target = await start({ ...one, GITHUB_TOKEN: "good-other" });
    for (let n = 0; n < 4; n++) await ask(target);
    await github().apps({ suspended: [11] });
    for (let n = 0; n < 4; n++) expect((await ask(target)).status).toBe(200);
    await github().apps({ suspended: [] });
    await github().forget();
    await expect.poll(async () => (await ask(target), await callers())).toContain("11");
  });

  test("because it asks for too many tokens waits as long as GitHub says", async () => {
    await github().fault({ kind: "secondary", status: 403, retryAfter: 2, path: "/app/", times: 1 });
    const target = await start(one);
    expect((await ask(target)).status).toBe(200);
    expect(await callers()).toEqual(["none"]);
    await expect.poll(() => lines(target).length).toBe(1);
    expect(JSON.parse(lines(target)[0]!)).toMatchObject({ status: 403, seconds: 2 });
    await ask(target);
    expect(await mints()).toHaveLength(1);
    await sleep(2000);
    await ask(target);
    expect((await callers()).at(-1)).toBe("11");
  });

  test("when its token should be renewed uses the old one", async () => {
    await github().apps({ lifetime: 12 });
    const target = await start(one);
    await ask(target);
    await github().fault({ kind: "status", status: 502, path: "/app/", times: 2 });
    await sleep(8000);
    // It is due in the last quarter of its life.
    await expect
      .poll(async () => ((await ask(target)).status === 200 ? lines(target).length : "failed"), { interval: 200 })
      .toBe(1);
    expect(new Set(await callers())).toEqual(new Set(["11"]));
    expect(JSON.parse(lines(target)[0] ?? "{}")).toMatchObject({ level: "warn", status: 502 });
  });
});

describe("secrets of an app", () => {
  test("are in no response and no log", async () => {
    const target = await start({ ...one, LOG_LEVEL: "debug" });
    await ask(target);
    await github().fault({ kind: "status", status: 401, times: 4 });
    await ask(target);
    const texts = await Promise.all(
      ["/metrics", "/rate_limit", "/health", "/", "/_"].map(async (path) =>
        (await fetch(`${target.url}${path}`)).text(),
      ),
    );
    const secrets = [
      /ghs_/,
      /eyJ/,
      /PRIVATE KEY/,
      new RegExp(env["GITHUB_APP_PRIVATE_KEY"]!.slice(100, 130).replaceAll(/[+/]/g, "\\$&")),
    ];
    for (const text of [...texts, ...target.logs()]) for (const secret of secrets) expect(text).not.toMatch(secret);
    expect((await github().minted()).length).toBeGreaterThan(0);
  });
});
