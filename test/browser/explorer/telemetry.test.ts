import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { type Collector, startCollector } from "./collector.ts";
import { instance } from "../../targets/instance.ts";
import { useExplorer, useOwnService } from "./support.ts";

describe("without a collector", () => {
  const open = useExplorer(() => instance.base);

  test("nothing is loaded, collected or kept, and the page says so", async () => {
    const { page, watched, settled, quiet } = await open("/");
    const asked: string[] = [];
    page.on("request", (request) => {
      const { origin, pathname } = new URL(request.url());
      // Chromium asks for the icon whenever it likes; pictures of people are GitHub's.
      if (/icon/.test(pathname) || origin === "https://avatars.githubusercontent.com") return;
      asked.push(`${request.method()} ${pathname}`);
    });
    expect(await page.locator("#privacy").textContent()).toBe("This page collects nothing about you.");
    await page.getByRole("link", { name: /^octocat/ }).click();
    await settled();
    await page.waitForTimeout(1500);
    // The page's own parts, but not its monitor.
    const isOwnPart = (request: string) => /^GET \/assets\/(?!faro)/.test(request);
    expect(asked.filter((request) => !isOwnPart(request))).toEqual(["GET /users/octocat/gists"]);
    expect(await page.evaluate(() => localStorage.length + sessionStorage.length + document.cookie.length)).toBe(0);
    expect(watched.foreign).toEqual([]);
    await quiet();
  });
});

describe("with a collector on another origin", () => {
  let collector: Collector | undefined;
  const running = () => {
    if (!collector) throw new Error("the collector runs only while tests do");
    return collector;
  };
  beforeAll(async () => {
    collector = await startCollector();
  });
  afterAll(() => collector?.close());
  const service = useOwnService(() => ({
    FARO_URL: running().url,
    TRACE_VIEWER_URL: "https://traces.example/trace/{trace_id}?orgId=1",
    // Nothing listens there: the export of traces fails, and this has no other effect.
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9",
  }));
  const open = useExplorer(service.url);

  test("reports vitals and errors, and its traces continue in the server and to GitHub", async () => {
    const { page, settled, quiet } = await open("/", { allowed: [running().origin] });
    expect(await page.locator("#privacy").textContent()).toContain("reports its loading times, its errors");
    await page.waitForFunction(() =>
      performance.getEntriesByType("resource").some(({ name }) => /\/faro-\w+\.js$/.test(name)),
    );
    // The monitor has started once it has opened its session.
    await expect.poll(() => page.evaluate(() => sessionStorage.length), { timeout: 10_000 }).toBeGreaterThan(0);

    await page.getByRole("link", { name: /^octocat/ }).click();
    await settled();
    const link = page.locator("#receipt .trace a");
    const href = (await link.getAttribute("href")) ?? "";
    const traceId = /^https:\/\/traces\.example\/trace\/([\da-f]{32})\?orgId=1$/.exec(href)?.[1];
    expect(traceId).toBeDefined();

    const calls = await createClient(service.github()).calls("/users/octocat");
    expect(calls[0]?.headers["traceparent"]).toContain(`-${traceId}-`);
    await expect
      .poll(
        () =>
          running()
            .spans()
            .map((span) => span.traceId),
        { timeout: 20_000 },
      )
      .toContain(traceId);

    const answers = () => running().payloads.flatMap(({ measurements }) => measurements ?? []);
    await expect.poll(() => answers().map(({ type }) => type), { timeout: 20_000 }).toContain("edge_answer");
    const answer = answers().find(({ type }) => type === "edge_answer");
    expect(answer?.context).toMatchObject({ view: "user", handling: "MISS" });
    expect(answer?.trace?.trace_id).toBe(traceId);
    expect(answer?.values["duration_ms"]).toBeGreaterThan(0);

    await page.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("an error of the page");
        }),
    );
    const errors = () =>
      running()
        .payloads.flatMap(({ exceptions }) => exceptions ?? [])
        .map(({ value }) => value);
    await expect.poll(errors, { timeout: 20_000 }).toContain("an error of the page");

    await quiet(/an error of the page/);
    // Leaving the page is what settles its vitals.
    await page.goto(`${service.url()}/docs`);
    await expect.poll(() => answers().map(({ type }) => type), { timeout: 20_000 }).toContain("web-vitals");
    expect(running().payloads[0]?.meta?.app?.name).toBe("edge-gists-explorer");
    // A page is told by its kind; the dashboards group by it.
    expect(new Set(running().payloads.map(({ meta }) => meta?.page?.id))).toEqual(new Set(["home", "user"]));
  });

  test("lets that origin in, and no other", async () => {
    const response = await fetch(service.url(), { headers: { accept: "text/html" } });
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain(`connect-src 'self' ${running().origin};`);
    expect((await fetch(`${service.url()}/docs`)).headers.get("content-security-policy")).toContain(
      "connect-src 'self'",
    );
  });

  test("a user who opts out of tracking is not tracked", async () => {
    const { page } = await open("/");
    await page.addInitScript(() => Object.defineProperty(navigator, "globalPrivacyControl", { value: true }));
    await page.reload();
    await page.waitForTimeout(1000);
    expect(await page.locator("#privacy").textContent()).toContain("Your browser asks not to be tracked");
    const names = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
    expect(names.filter((name) => name.includes("faro"))).toEqual([]);
  });
});

describe("with a collector behind the same origin", () => {
  const service = useOwnService({ FARO_URL: "/collect" });
  const open = useExplorer(service.url);

  test("reports there, and the policy stays as it is", async () => {
    const { page, quiet } = await open("/?user=hubot");
    let reported = 0;
    await page.context().route("**/collect", (route) => {
      reported += 1;
      return route.fulfill({ status: 202 });
    });
    await page.reload();
    await expect.poll(() => reported, { timeout: 20_000 }).toBeGreaterThan(0);
    const policy = (await fetch(service.url(), { headers: { accept: "text/html" } })).headers.get(
      "content-security-policy",
    );
    expect(policy).toContain("connect-src 'self';");
    await quiet(/405|failed/);
  });
});
