import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createChain, fakeTimers } from "../../../test/support/chain.ts";
import { down, settle, toAsk } from "../../../test/support/layers.ts";
import { createService } from "../../../test/support/ports.ts";
import { createBudget } from "../github/budget.ts";
import { composeGists } from "./compose.ts";

const gist = (n: number) => `/gists/${String(n).padStart(8, "0")}`;
const tally = (responses: Response[]) => responses.map(({ status }) => status).sort();

describe("the whole chain", () => {
  beforeEach(fakeTimers);
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  test("a thousand clients on one cold key cause one call", async () => {
    const chain = createChain({});
    const work = Array.from({ length: 1000 }, () => chain.send("/users/octocat/gists"));
    const responses = await Promise.all(work);
    expect(new Set(tally(responses))).toStrictEqual(new Set([200]));
    expect(chain.calls).toHaveLength(1);
  });

  test("a queued call is not made once GitHub limits the service", async () => {
    const chain = createChain({ UPSTREAM_CONCURRENCY: "2", GITHUB_TOKEN: "good" });
    chain.github.fault({ kind: "secondary", retryAfter: 60 });
    const work = Array.from({ length: 30 }, (_, n) => chain.send(gist(n)));
    expect(new Set(tally(await Promise.all(work)))).toStrictEqual(new Set([403]));
    expect(chain.calls.length).toBeLessThanOrEqual(2);
  });

  test("a queued call is not made once the budget is used up", async () => {
    const chain = createChain({ UPSTREAM_CONCURRENCY: "2", BUDGET_RESERVE_PERCENT: "0" });
    await chain.send(gist(100));
    chain.github.limit({ who: "anonymous", remaining: 3 });
    await Promise.all(Array.from({ length: 30 }, (_, n) => chain.send(gist(n))));
    expect(chain.github.counters().byStatus["403"] ?? 0).toBe(0);
    expect(chain.calls).toHaveLength(4);
  });

  test("while GitHub is down no request waits for it, and a probe notices that it is back", async () => {
    const chain = createChain({ UPSTREAM_TIMEOUT_MS: "2000" });
    chain.github.fault({ kind: "hang" });
    const work = Array.from({ length: 5 }, (_, n) => chain.send(gist(n)));
    await chain.pass(2000);
    expect(tally(await Promise.all(work))).toStrictEqual([504, 504, 504, 504, 504]);
    expect((await chain.send(gist(9))).status).toBe(502);
    expect(chain.calls).toHaveLength(5);
    chain.github.fault();
    await chain.pass(1500);
    expect((await chain.send("/users/octocat/gists")).status).toBe(200);
  });

  test("one resource without a usable response does not stop the others", async () => {
    const chain = createChain({ MAX_BODY_BYTES: "200000" });
    chain.github.fault({ kind: "oversize", bytes: 300_000, path: gist(1) });
    for (let n = 0; n < 6; n += 1) expect((await chain.send(gist(1))).status).toBe(502);
    expect((await chain.send("/users/octocat/gists")).status).toBe(200);
  });

  test("a limit in HTML from GitHub's edge stops the calls too", async () => {
    const chain = createChain({ GITHUB_TOKEN: "good" });
    chain.github.fault({ kind: "status", status: 429, html: true });
    for (let n = 0; n < 3; n += 1) expect((await chain.send(gist(n))).status).toBe(403);
    expect(chain.calls).toHaveLength(1);
  });

  test("one greedy client does not stop responses to others, not even for the same resource", async () => {
    const chain = createChain({ CLIENT_MISSES_PER_MINUTE: "2" });
    const as = (client: string, target: string) => chain.get(target, {}, { trusted: false, client });
    for (let n = 0; n < 5; n += 1) await as("192.0.2.1", gist(n));
    const both = await Promise.all([as("192.0.2.1", "/users/octocat/gists"), as("192.0.2.2", "/users/octocat/gists")]);
    expect(both.map(({ status }) => status)).toStrictEqual([403, 200]);
    expect((await as("192.0.2.1", "/users/octocat/gists")).status).toBe(200);
  });

  test("a clock that is set back neither stops calls to GitHub nor keeps old entries", async () => {
    const chain = createChain({ GITHUB_TOKEN: "good" });
    await chain.send("/users/octocat/gists");
    chain.step(-7_200_000);
    await chain.send("/users/octocat/gists");
    await chain.rest();
    expect(chain.calls).toHaveLength(2);
    expect((await chain.send("/users/hubot/gists")).status).toBe(200);
  });
});

describe("outside the chain", () => {
  test("each call is counted by its status, and those without one too", async () => {
    const service = createService();
    service.github.fault({ kind: "reset", times: 1 });
    await service.get("/users/octocat/gists");
    await service.get("/users/octocat/gists");
    await service.get("/users/octocat/gists");
    const { body } = await service.ports.metrics.expose(undefined);
    expect(body).toContain('github_api_requests_total{status="error"} 1');
    expect(body).toContain('github_api_requests_total{status="200"} 1');
    expect(body).toContain("github_api_request_duration_seconds_count 2");
    expect(body).toContain("upstream_queue_wait_seconds_count 2");
  });

  test("a background refresh that fails leaves no unhandled rejection", async () => {
    const unhandled = vi.fn<(reason: unknown) => void>();
    process.on("unhandledRejection", unhandled);
    const background: Promise<unknown>[] = [];
    const { ports } = createService({ ports: { waitUntil: (work) => void background.push(work) } });
    let isDown = false;
    const { fetch } = ports;
    const budget = createBudget(ports);
    const gists = composeGists(
      { ...ports, fetch: (...given) => (isDown ? Promise.reject(down()) : fetch(...given)) },
      budget,
    );
    const ask = { ...toAsk(), resource: { ...toAsk().resource, path: "/users/octocat/gists" } };
    await gists(ask);
    isDown = true;
    await ports.sleep(61_000);
    await expect(gists(ask)).resolves.toMatchObject({ handling: "STALE" });
    await Promise.all(background);
    await settle();
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});
