import { describe, expect, inject, test } from "vitest";
import { instance } from "../targets/instance.ts";
import { violations } from "./axe.ts";
import { keepPicture } from "./chromium.ts";
import { fits, useWatched } from "./explorer/support.ts";

const { base } = instance;
const open = useWatched(() => base);
const runtime = inject("runtime");

/** Each page with what it shows once it is complete. */
const pages = {
  "/metrics": ".family",
  "/rate_limit": ".remaining",
  "/no/such/path": "#path:not(:empty)",
  "/docs": ".opblock",
};
const colours = { light: "rgb(247, 247, 245)", dark: "rgb(14, 18, 22)" };

async function visit(path: string, options: Parameters<typeof open>[0] = {}) {
  const watched = await open(options);
  await watched.page.goto(`${base}${path}`);
  await watched.page
    .locator(pages[path as keyof typeof pages])
    .first()
    .waitFor();
  return watched;
}

/** The service's own colours, wherever the page's background comes from. */
const background = (page: Awaited<ReturnType<typeof visit>>["page"]) =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

test.each(Object.keys(pages))("%s has no control without JavaScript, which would do nothing", async (path) => {
  const { page } = await open({ javaScriptEnabled: false });
  await page.goto(`${base}${path}`);
  expect(await page.locator("h1, noscript").first().isVisible()).toBe(true);
  expect(await page.locator("button:visible, input:visible").count()).toBe(0);
});

describe.each(Object.entries(colours))("in %s colours", (colorScheme, colour) => {
  const scheme = colorScheme as keyof typeof colours;

  test.each(Object.keys(pages))(
    "%s has the service's skin and a way back, and axe finds nothing wrong",
    async (path) => {
      const { page, ...watched } = await visit(path, { colorScheme: scheme });
      expect(await background(page)).toBe(colour);
      // The documentation's viewer has findings of its own, in what it nests and does not label.
      const own =
        /^(?:(?:heading-order|nested-interactive): #operations|region: \.(?:information|scheme)-container|select-name: #servers)/;
      expect((await violations(page)).filter((line) => !own.test(line))).toEqual([]);
      await keepPicture(page, `page-${path.replaceAll("/", "-")}-${scheme}-${runtime}`);
      await page.getByRole("link", { name: "Edge Gists" }).click();
      await page.locator("#home").waitFor();
      await expect.poll(() => page.url()).toBe(`${base}/`);
      expect({ ...watched, troubles: watched.troubles.filter((line) => !/404/.test(line)) }).toEqual({
        avatars: [],
        foreign: [],
        violations: [],
        troubles: [],
      });
    },
  );
});

test.each(Object.keys(pages))("%s fits a phone", async (path) => {
  const { page } = await visit(path, { viewport: { width: 360, height: 740 } });
  expect(await fits(page)).toBe(true);
});

test("a colour that was chosen is that of every page, the documentation's viewer too", async () => {
  const { page } = await visit("/rate_limit", { colorScheme: "light" });
  await page.getByRole("button", { name: "Dark colours" }).click();
  for (const [path, shown] of Object.entries(pages)) {
    await page.goto(`${base}${path}`);
    await page.locator(shown).first().waitFor();
    expect(await background(page), path).toBe(colours.dark);
  }
  const viewer = page.locator(".swagger-ui .opblock-summary-path").first();
  expect(await viewer.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(228, 233, 238)");
});

describe("/metrics", () => {
  test("shows what a program gets, and what a reader looks for in it", async () => {
    const { page } = await visit("/metrics");
    const text = await (await fetch(`${base}/metrics`)).text();
    const names = [...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = ""]) => name);
    const shown = await page.locator(".family h2 code").allTextContents();
    expect(shown.length).toBeGreaterThan(20);
    expect(names).toEqual(expect.arrayContaining(shown));
    await page.getByLabel("Filter").fill("process start");
    await expect.poll(() => page.getByRole("status").textContent()).toMatch(/^\d of \d+ metrics$/);
    await page.getByLabel("Filter").fill("no such metric");
    await expect.poll(() => page.locator(".family:visible").count()).toBe(0);
  });

  test("counts on where it is loaded again", async () => {
    const { page } = await visit("/metrics");
    const value = async () => {
      const row = page.locator(".family", { hasText: "http_requests_total" }).locator("tr", { hasText: "/rate_limit" });
      return (await row.count()) === 0
        ? 0
        : Number((await row.locator("td").last().textContent())?.replaceAll(",", ""));
    };
    const before = await value();
    for (let n = 0; n < 3; n += 1) await fetch(`${base}/rate_limit`);
    await page.getByRole("button", { name: "Load again" }).click();
    await expect.poll(value).toBeGreaterThanOrEqual(before + 3);
  });
});

test("/rate_limit shows the quota, and when it resets", async () => {
  const { page } = await visit("/rate_limit");
  const { resources } = (await (await fetch(`${base}/rate_limit`)).json()) as {
    resources: { core: { limit: number; reset: number } };
  };
  const { limit, reset } = resources.core;
  expect(await page.locator(".remaining").textContent()).toMatch(
    new RegExp(`^[\\d,]+ of ${limit.toLocaleString("en")} calls remain$`),
  );
  expect(Date.parse((await page.locator("time").getAttribute("datetime")) ?? "")).toBe(reset * 1000);
});

test("a page whose service went away says so", async () => {
  const { page } = await visit("/rate_limit");
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Load again" }).click();
  await expect.poll(() => page.getByRole("status").textContent()).toBe("The service cannot be reached.");
});

test("an unknown path is shown as text, whatever it holds", async () => {
  const { page, violations: broken } = await visit("/no/such/path");
  await page.goto(`${base}/no/%3Cimg%20src=x%20onerror=alert(1)%3E/x`);
  await page.locator("#path:not(:empty)").waitFor();
  expect(await page.locator("#path").textContent()).toBe("/no/%3Cimg%20src=x%20onerror=alert(1)%3E/x");
  expect(await page.locator("#path img").count()).toBe(0);
  expect(broken).toEqual([]);
});

test("the header's links are those of the explorer", async () => {
  const links = async (path: string) => {
    const { page } = await open();
    await page.goto(`${base}${path}`);
    return page.locator(".top-nav a").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
  };
  const wanted = await links("/");
  for (const path of Object.keys(pages)) expect(await links(path), path).toEqual(wanted);
});
