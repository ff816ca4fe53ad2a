import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { instance } from "../targets/instance.ts";
import { keepPicture, launch, openPage, type Watched } from "./chromium.ts";

const { base } = instance;
const runtime = inject("runtime");
let browser: Browser;
let watched: Watched;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  watched = await openPage(browser, base);
});
afterEach(() => watched.page.context().close());

/** Nothing left the origin, broke the policy or failed; waits for what the page has not reported yet. */
async function expectQuiet() {
  await watched.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
  expect({ foreign: watched.foreign, violations: watched.violations, troubles: watched.troubles }).toEqual({
    foreign: [],
    violations: [],
    troubles: [],
  });
}

/** Every operation of the document, as `GET /path`. */
async function operations(): Promise<string[]> {
  const document = (await (await fetch(`${base}/openapi.json`)).json()) as { paths: Record<string, object> };
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

describe("/docs", () => {
  test("shows every operation of the document", async () => {
    const { page } = watched;
    await page.goto(`${base}/docs`);
    await page.locator(".opblock").first().waitFor();

    const shown = await page.locator(".opblock").evaluateAll((blocks) =>
      blocks.map((block) => {
        const text = (selector: string) => block.querySelector(selector)?.textContent?.replaceAll("\u200b", "") ?? "";
        return `${text(".opblock-summary-method")} ${text(".opblock-summary-path")}`;
      }),
    );
    expect(shown.toSorted()).toEqual((await operations()).toSorted());
    expect(await page.locator(".info .title").textContent()).toContain("Edge Gists");
    await keepPicture(page, `docs-${runtime}`);
    await expectQuiet();
  });

  test("an operation's errors are folded, and can be read", async () => {
    const { page } = watched;
    await page.goto(`${base}/docs`);
    const operation = page.locator("#operations-gists-getGist");
    await operation.locator(".opblock-summary").click();
    const folded = operation.locator("details").filter({ has: page.locator("summary", { hasText: /^404 / }) });
    await folded.waitFor();
    expect((await operation.boundingBox())?.height).toBeLessThan(4000);
    expect(await folded.locator(".response").isVisible()).toBe(false);
    await folded.locator("summary").click();
    expect(await folded.locator(".response-col_status").textContent()).toBe("404");
    // What succeeds is there at once.
    expect(await operation.locator(".responses-table > tbody > .response").first().isVisible()).toBe(true);
    await expectQuiet();
  });

  test("tries an operation out", async () => {
    const { page } = watched;
    await page.goto(`${base}/docs`);
    const operation = page.locator("#operations-gists-getGist");
    await operation.locator(".opblock-summary").click();
    await operation.locator("button.execute").click();
    const answer = operation.locator(".live-responses-table");
    await answer.waitFor();

    const shown = await answer.textContent();
    expect(shown).toContain("200");
    // A header field that scripts see by CORS or same origin, and a part of the body.
    expect(shown).toContain("cache-status: EdgeGists; ");
    expect(shown).toContain("https://gist.github.com/6cad326836d38bd3a7ae");
    await answer.scrollIntoViewIfNeeded();
    await keepPicture(page, `docs-tried-${runtime}`);
    await expectQuiet();
  });
});

describe("/", () => {
  test("is a page for a browser, and its links work", async () => {
    const { page } = watched;
    await page.goto(`${base}/`);
    expect(await page.title()).toBe("Edge Gists");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Edge Gists");
    await keepPicture(page, `front-${runtime}`);

    const links = await page
      .getByRole("link")
      .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) expect((await fetch(link)).status, link).toBe(200);
    await expectQuiet();
  });

  test("is readable on a dark screen", async () => {
    const { page } = watched;
    await page.emulateMedia({ colorScheme: "dark" });
    await page.goto(`${base}/`);
    const colours = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.documentElement);
      return [color, backgroundColor];
    });
    expect(colours).toEqual(["rgb(228, 233, 238)", "rgb(14, 18, 22)"]);
    await keepPicture(page, `front-dark-${runtime}`);
    await expectQuiet();
  });
});

test("the watch on pages sees inline styles and requests to elsewhere", async () => {
  const { page } = watched;
  await page.goto(`${base}/docs`);
  await page.evaluate(async () => {
    const style = document.createElement("style");
    style.textContent = "body { color: red }";
    document.head.append(style);
    await fetch("https://elsewhere.example/").catch(() => undefined);
  });
  await expect
    .poll(() => watched.violations.map((line) => line.split(" ")[0]), { timeout: 10_000 })
    .toEqual(["style-src-elem", "connect-src"]);
  await page.goto("https://elsewhere.example/").catch(() => undefined);
  expect(watched.foreign).toEqual(["https://elsewhere.example/"]);
});
