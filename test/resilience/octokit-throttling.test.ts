import { throttling } from "@octokit/plugin-throttling";
import { Octokit } from "@octokit/rest";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freshSince } from "../contract/support/fresh.ts";
import { startBeside, useService } from "../contract/support/service.ts";
import { standIn } from "../contract/support/stand-in.ts";
import type { Target } from "../../harness/target.ts";

const Throttled = Octokit.plugin(throttling);
const service = useService({ UPSTREAM_RETRIES: "0" });

/** A limit stops an instance's calls: each test has its own. */
let target: Target;
beforeEach(async () => {
  await standIn(service).reset();
  target = await startBeside(service);
});
afterEach(() => target.stop());

/** A stock client with the stock plugin; `retries` is what a careful user's handlers allow. */
function createClient(retries: number) {
  const told: { kind: "primary" | "secondary"; retryAfter: number }[] = [];
  const answers: { status: number; at: number }[] = [];
  const handler =
    (kind: "primary" | "secondary") =>
    (retryAfter: number, _options: object, _octokit: unknown, retryCount: number): boolean => {
      told.push({ kind, retryAfter });
      return retryCount < retries;
    };
  const silent = () => undefined;
  const octokit = new Throttled({
    baseUrl: target.url,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    throttle: { onRateLimit: handler("primary"), onSecondaryRateLimit: handler("secondary") },
    request: {
      fetch: async (url: string, init?: RequestInit) => {
        const response = await fetch(url, init);
        answers.push({ status: response.status, at: performance.now() });
        return response;
      },
    },
  });
  const list = () => octokit.rest.gists.listForUser({ username: "octocat", per_page: 1, since: freshSince() });
  const statuses = () => answers.map(({ status }) => status);
  return { list, told, answers, statuses };
}

/** The status with which a call of Octokit failed. */
async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "answered",
    (error: { status?: number }) => error.status,
  );
}

describe("@octokit/plugin-throttling", () => {
  test.each([403, 429] as const)("a primary limit (GitHub's %i) calls onRateLimit with the reset", async (status) => {
    await standIn(service).fault({ kind: "primary", status, resetIn: 300 });
    const client = createClient(0);
    expect(await failure(client.list())).toBe(403);
    expect(client.told).toEqual([{ kind: "primary", retryAfter: expect.any(Number) }]);
    // The plugin adds a second to the reset.
    expect(client.told[0]?.retryAfter).toBeGreaterThanOrEqual(295);
    expect(client.told[0]?.retryAfter).toBeLessThanOrEqual(303);
    expect(client.statuses(), "one request, and no more").toEqual([403]);
  });

  test.each([403, 429] as const)("a secondary limit (GitHub's %i) calls onSecondaryRateLimit", async (status) => {
    await standIn(service).fault({ kind: "secondary", status, retryAfter: 120 });
    const client = createClient(0);
    expect(await failure(client.list())).toBe(403);
    expect(client.told).toEqual([{ kind: "secondary", retryAfter: expect.any(Number) }]);
    expect(client.told[0]?.retryAfter).toBeGreaterThanOrEqual(118);
    expect(client.told[0]?.retryAfter).toBeLessThanOrEqual(120);
    expect(client.statuses()).toEqual([403]);
  });

  test("a secondary limit without a time is a minute's", async () => {
    await standIn(service).fault({ kind: "secondary", status: 429 });
    const client = createClient(0);
    expect(await failure(client.list())).toBe(403);
    expect(client.told[0]?.kind).toBe("secondary");
    expect(client.told[0]?.retryAfter).toBeGreaterThanOrEqual(58);
    expect(client.told[0]?.retryAfter).toBeLessThanOrEqual(60);
  });

  test("a client that retries waits for Retry-After, and then succeeds", async () => {
    await standIn(service).fault({ kind: "secondary", retryAfter: 2, times: 1 });
    const client = createClient(1);
    expect((await client.list()).data).toHaveLength(1);
    expect(client.statuses(), "no request in between").toEqual([403, 200]);
    const [first, second] = client.answers;
    const [told] = client.told;
    expect(second!.at - first!.at).toBeGreaterThanOrEqual(told!.retryAfter * 1000 - 50);
    const { length } = await standIn(service).calls((call) => call.path === "/users/octocat/gists");
    expect(length, "nor a call to GitHub").toBe(2);
  });

  test("many calls of a limited client cost GitHub nothing", async () => {
    await standIn(service).fault({ kind: "secondary", retryAfter: 60 });
    const client = createClient(0);
    expect(await failure(client.list())).toBe(403);
    await standIn(service).fault();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => failure(client.list())));
    expect(outcomes).toEqual([403, 403, 403, 403, 403]);
    expect(client.told.every(({ kind }) => kind === "secondary")).toBe(true);
    expect(await standIn(service).calls((call) => call.path === "/users/octocat/gists")).toHaveLength(1);
  });
});
