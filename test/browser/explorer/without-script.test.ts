import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { notable } from "../../../stand-in/octocat.ts";
import { instance } from "../../targets/instance.ts";
import { launch, openPage, type Watched } from "../chromium.ts";

let browser: Browser;
let watched: Watched;

/** Goes to an address with a browser that runs no scripts: what waits for them would wait for ever. */
async function open(path: string): Promise<Watched> {
  watched = await openPage(browser, instance.base, {
    javaScriptEnabled: false,
    viewport: { width: 390, height: 844 },
  });
  await watched.page.goto(`${instance.base}${path}`);
  return watched;
}

beforeAll(async () => {
  browser = await launch();
});
afterEach(() => watched?.page.context().close());
afterAll(() => browser?.close());

describe("without JavaScript", () => {
  test.each([
    ["/?user=octocat", "/users/octocat/gists", "https://gist.github.com/octocat"],
    [`/?gist=${notable.forked}&show=history`, `/gists/${notable.forked}`, `https://gist.github.com/${notable.forked}`],
    ["/?public", "/gists/public", "https://gist.github.com/discover"],
  ])("%s says what it needs first, and leads to %s", async (path, data, elsewhere) => {
    const { page } = await open(path);
    const notice = page.locator("noscript .notice");
    expect(await notice.isVisible()).toBe(true);
    expect((await notice.boundingBox())?.y).toBeLessThan(250);
    const links = await notice
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links).toEqual([`${instance.base}${data}`, elsewhere]);
    expect((await fetch(links[0] ?? "")).status).toBe(200);
    const { x = -1, width = Infinity } = (await notice.boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(390);
  });

  test("what an address says stays text", async () => {
    const markup = `"><img src=x onerror=alert(1)>{links}`;
    const { page, foreign } = await open(`/?user=${encodeURIComponent(markup)}`);
    expect(await page.locator("img").count()).toBe(0);
    expect(await page.locator("noscript a").count()).toBe(2);
    expect(foreign).toEqual([]);
  });
});

test("a shared link has a card", async () => {
  const html = await (await fetch(`${instance.base}/?user=octocat`, { headers: { accept: "text/html" } })).text();
  const [, card = ""] = /property="og:image" content="([^"]+)"/.exec(html) ?? [];
  expect(new URL(card).origin).toBe(instance.base);
  const response = await fetch(card);
  expect(response.headers.get("content-type")).toBe("image/png");
  const bytes = new DataView(await response.arrayBuffer());
  // Width and height (https://www.w3.org/TR/png/#11IHDR).
  expect([bytes.getUint32(16), bytes.getUint32(20)]).toEqual([1200, 630]);
  expect(bytes.byteLength).toBeLessThan(100_000);
  expect(html).toContain('property="og:title" content="Gists of octocat · Edge Gists"');
});
