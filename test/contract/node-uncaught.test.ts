import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { startChild } from "../../harness/child.ts";
import { defaultToken } from "../../harness/start-target.ts";
import { metric } from "../resilience/support/metrics.ts";
import { freshSince } from "./support/fresh.ts";
import { runtime, startBeside, useService } from "./support/service.ts";
import { bySince, standIn } from "./support/stand-in.ts";

// Node only: workerd ends no isolate for an uncaught error. Not on Windows: it has no such signals.
const here = describe.runIf(runtime === "node" && process.platform !== "win32");

/** Fails outside of any caller, once the signal comes. */
const failing = `data:text/javascript,${encodeURIComponent(`
  process.on("SIGUSR2", () => { throw new RangeError("thrown for a test"); });
  process.on("SIGHUP", () => void Promise.reject(new RangeError("rejected for a test")));
`)}`;

here("a response with more content codings than fetch takes", () => {
  const service = useService({ UPSTREAM_TIMEOUT_MS: "400", UPSTREAM_TRY_TIMEOUT_MS: "300", UPSTREAM_RETRIES: "0" });
  afterEach(() => standIn(service).fault());

  test("is a 502, and the process serves on when its time is over", async () => {
    await standIn(service).fault({ kind: "codings", times: 1 });
    expect((await service.get(`/octocat?since=${freshSince()}`)).status).toBe(502);
    await sleep(600);
    // With these times a busy machine makes even a healthy GitHub late.
    await expect.poll(async () => (await service.get(`/octocat?since=${freshSince()}`)).status).toBe(200);
    expect(await metric(service.url, "uncaught_errors_total"), "nothing came as far as the last resort").toBe(0);
  });
});

here("an error that nobody caught", () => {
  const service = useService();
  afterEach(() => standIn(service).fault());

  const start = () =>
    startChild(["--import", failing, "dist/node/server.js"], {
      GITHUB_API_URL: service.github,
      GITHUB_TOKEN: defaultToken,
    });
  const logged = (lines: string[]) =>
    lines
      .filter((line) => line.includes('"uncaught error"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test("as an exception is logged; requests in flight are finished, and the process exits with 1", async () => {
    const child = await start();
    await standIn(service).fault({ kind: "latency", ms: 700 });
    const since = freshSince();
    const answer = fetch(`http://127.0.0.1:${child.port}/octocat?since=${since}`);
    await expect.poll(() => standIn(service).calls(bySince(since)), { interval: 20 }).toHaveLength(1);
    child.kill("SIGUSR2");
    expect((await answer).status).toBe(200);
    expect(await child.exited).toEqual({ code: 1, signal: null });
    expect(logged(child.lines())).toMatchObject([
      { level: "error", reason: "exception", cause: "RangeError: thrown for a test", stack: expect.any(String) },
    ]);
  });

  test("as a rejection is logged and counted, and the process continues", async () => {
    const child = await start();
    const url = `http://127.0.0.1:${child.port}`;
    child.kill("SIGHUP");
    await expect.poll(() => metric(url, "uncaught_errors_total", { kind: "rejection" })).toBe(1);
    expect((await fetch(`${url}/octocat`)).status).toBe(200);
    await child.stop();
    expect(logged(child.lines())).toMatchObject([{ reason: "rejection", cause: "RangeError: rejected for a test" }]);
    expect(await child.exited).toEqual({ code: 0, signal: null });
  });
});

here("a processor without SIMD", () => {
  const service = useService();

  test("gets GitHub's responses too: the other parser is beside the bundle", async () => {
    const target = await startBeside(service, { UNDICI_NO_WASM_SIMD: "1" });
    try {
      expect((await fetch(`${target.url}/octocat?since=${freshSince()}`)).status).toBe(200);
    } finally {
      await target.stop();
    }
  });
});
