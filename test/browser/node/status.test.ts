import { describe, expect, test } from "vitest";
import { keepPicture } from "../chromium.ts";
import { violations } from "../axe.ts";
import { fits, tabTo, useOwnService, useWatched } from "../explorer/support.ts";

const service = useOwnService({ STATUS_PAGE: "on" });
const open = useWatched(() => service.url());
type Options = Parameters<typeof open>[0];

/** The page as soon as it has rates, which takes two polls. */
async function visit(options: Options = {}) {
  const watched = await open(options);
  await watched.page.goto(`${service.url()}/status`);
  await expect.poll(() => watched.page.locator("#updated").textContent()).toMatch(/rates of 1 process$/);
  return watched;
}
type Page = Awaited<ReturnType<typeof visit>>["page"];

const cell = async (page: Page, row: string, column = 1) => {
  const cells = page.locator("#figures tr", { has: page.getByRole("rowheader", { name: row, exact: true }) });
  return (
    (await cells
      .locator("td")
      .nth(column - 1)
      .textContent()) ?? ""
  );
};
const large = (page: Page, title: string) => page.locator(`.panel[data-panel="${title}"] .now strong`).textContent();

/** Sends requests, one after another, until it is told to stop. */
function traffic() {
  const ending = new AbortController();
  const sent = (async () => {
    for (let n = 0; !ending.signal.aborted; n += 1) {
      // One in four is for a list that nobody has asked for.
      const since = n % 4 === 0 ? new Date(Date.now() - 10 * 365 * 86_400_000).toISOString() : "2015-01-01T00:00:00Z";
      await fetch(`${service.url()}/octocat?since=${since}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return () => {
    ending.abort();
    return sent;
  };
}

/** Plays responses of /metrics, one after another, and then the last again. */
async function play(page: Page, ...texts: string[]): Promise<() => number> {
  let count = 0;
  await page.route("**/metrics", (route) => {
    const body = texts[Math.min(count, texts.length - 1)] ?? "";
    count += 1;
    return route.fulfill({ body, contentType: "text/plain" });
  });
  return () => count;
}

const expose = (process: number, requests: number) => `edge_gists_build_info{version="1"} 1
process_start_time_seconds ${process}
http_requests_total{method="GET",route="/{username}",status="200"} ${requests}
`;

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  test("the page is whole, and axe finds nothing wrong", async () => {
    const stop = traffic();
    const { page, ...watched } = await visit({ colorScheme });
    await expect.poll(async () => Number(await large(page, "Requests"))).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    await keepPicture(page, `page-status-${colorScheme}`);
    await stop();
    expect(watched).toEqual({ avatars: [], foreign: [], violations: [], troubles: [] });
  });
});

test("it fits a phone", async () => {
  const { page } = await visit({ viewport: { width: 360, height: 740 } });
  expect(await fits(page)).toBe(true);
});

test("charts are drawn, in the colours of the page as they are now", async () => {
  const { page } = await visit({ colorScheme: "light" });
  const canvas = page.locator('[data-panel="Processes"] canvas');
  const picture = () => canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  const ink = (url: string) =>
    page.evaluate(async (url) => {
      const image = new Image();
      image.src = url;
      await image.decode();
      const drawn = new OffscreenCanvas(image.width, image.height).getContext("2d")!;
      drawn.drawImage(image, 0, 0);
      const { data } = drawn.getImageData(0, 0, image.width, image.height);
      return data.filter((value, index) => index % 4 === 3 && value > 0).length;
    }, url);
  const light = await picture();
  expect(await ink(light)).toBeGreaterThan(500);
  await page.getByRole("button", { name: "Pause" }).click();
  const paused = await picture();
  await page.getByRole("button", { name: "Dark colours" }).click();
  await expect.poll(picture).not.toBe(paused);
});

test("figures are those of the service: requests, hits, calls to GitHub, budget; its own requests are left out", async () => {
  const { page } = await visit();
  await expect.poll(() => cell(page, "Requests: All"), { timeout: 30_000 }).toBe("0");
  const stop = traffic();
  await expect.poll(async () => Number(await cell(page, "Requests: All")), { timeout: 30_000 }).toBeGreaterThan(0);
  await expect.poll(() => cell(page, "Hit share: Hits"), { timeout: 30_000 }).toMatch(/^(?:[1-9]\d?(?:\.\d)?|100) %$/);
  await stop();
  expect(await cell(page, "Latency: p95", 3)).toMatch(/ m?s$/);
  expect(Number(await cell(page, "Calls to GitHub: Calls", 3))).toBeGreaterThan(0);
  const text = await (await fetch(`${service.url()}/metrics`)).text();
  const [, limit = ""] = /^github_rate_limit_limit\{token="0"\} (\d+)$/m.exec(text) ?? [];
  expect(await page.locator('[data-panel="GitHub budget"] .note').textContent()).toContain(
    `of ${Number(limit).toLocaleString("en")} an hour`,
  );
  // The rates fall to nothing while the page goes on.
  await expect.poll(() => cell(page, "Requests: All"), { timeout: 30_000 }).toBe("0");
});

test("it can be paused by the keyboard, and goes on", async () => {
  const { page } = await visit();
  let polls = 0;
  page.on("request", (request) => void (polls += Number(request.url().endsWith("/metrics"))));
  const button = page.getByRole("button", { name: "Pause" });
  await tabTo(page, button);
  await page.keyboard.press("Enter");
  expect(await button.getAttribute("aria-pressed")).toBe("true");
  await page.waitForTimeout(300);
  const paused = polls;
  await page.waitForTimeout(4500);
  expect(polls).toBe(paused);
  await page.keyboard.press("Enter");
  await expect.poll(() => polls).toBeGreaterThan(paused);
});

test("the header's link leads here by the page's name, and from here to the tables", async () => {
  const { page } = await open();
  await page.goto(`${service.url()}/`);
  await page.getByRole("link", { name: "Status", exact: true }).click();
  await expect.poll(() => page.url()).toBe(`${service.url()}/status`);
  expect(await page.locator(".top-nav [aria-current]").textContent()).toBe("Status");
  await page.getByRole("link", { name: "metrics", exact: true }).last().click();
  await page.locator(".family").first().waitFor();
});

test("without JavaScript it has no parts that do nothing", async () => {
  const { page } = await open({ javaScriptEnabled: false });
  await page.goto(`${service.url()}/status`);
  expect(await page.getByRole("button", { name: "Pause" }).count()).toBe(0);
  expect(await page.getByRole("region", { name: "Figures of the charts" }).count()).toBe(0);
  expect(await page.locator("#theme").isVisible()).toBe(false);
  expect((await page.locator("noscript .notice").boundingBox())?.y).toBeLessThan(300);
});

describe("where there are no figures", () => {
  test.each([
    [403, /^\/metrics is refused here \(403\)/],
    [503, "/metrics responded with 503."],
  ])("%i is said once, in one sentence, and the page recovers", async (status, sentence) => {
    const { page } = await open();
    let isRefused = true;
    await page.route("**/metrics", (route) =>
      isRefused ? route.fulfill({ status, body: "RBAC: access denied" }) : route.fallback(),
    );
    await page.goto(`${service.url()}/status`);
    const said = page.getByRole("status");
    await expect.poll(() => said.textContent()).toMatch(sentence);
    expect(await violations(page)).toEqual([]);
    isRefused = false;
    await expect.poll(() => said.isVisible()).toBe(false);
    await expect.poll(() => large(page, "Processes")).toBe("1");
  });

  test("a service that went away", async () => {
    const { page } = await visit();
    await page.context().setOffline(true);
    await expect.poll(() => page.getByRole("status").textContent()).toBe("The service cannot be reached.");
    expect(await large(page, "Requests")).toBe("–");
  });

  test("a redirect to another origin is said, and breaks no policy", async () => {
    const { page, ...watched } = await open();
    await page.route("**/metrics", (route) =>
      route.fulfill({ status: 302, headers: { location: "https://sign-in.example/" } }),
    );
    await page.goto(`${service.url()}/status`);
    await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^\/metrics leads to another page here/);
    expect(watched).toMatchObject({ foreign: [], violations: [] });
  });

  test("a page that someone else put at /metrics", async () => {
    const { page } = await open();
    await play(page, "<!doctype html><title>Sign in</title>");
    await page.goto(`${service.url()}/status`);
    await expect
      .poll(() => page.getByRole("status").textContent())
      .toBe("The response of /metrics is not that of this service.");
  });
});

test("polls that reach two pods by turns show neither jumps nor negative rates", async () => {
  const { page } = await open();
  const polls = await play(
    page,
    ...Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? expose(1.5, 1_000_000 + n) : expose(1.7, n))),
  );
  await page.goto(`${service.url()}/status`);
  await expect.poll(polls, { timeout: 30_000 }).toBeGreaterThan(5);
  await expect.poll(() => large(page, "Processes")).toBe("2");
  await expect.poll(() => page.locator("#updated").textContent()).toMatch(/rates of 2 processes$/);
  // Each of them rises by 2 in the time of two polls.
  expect(Number(await cell(page, "Requests: All", 3))).toBeLessThan(3);
  expect(Number(await cell(page, "Requests: All", 2))).toBeGreaterThan(0);
});
