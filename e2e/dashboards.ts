import { globSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium as playwright } from "playwright-core";
import { chromium } from "../harness/chromium.mjs";
import { root } from "../harness/child.ts";

/** As much of a dashboard's JSON as a picture of it needs. */
export interface Dashboard {
  uid: string;
  panels: { type: string; title: string; gridPos: { y: number; h: number } }[];
}

/** Where Grafana is, with a login, and where the pictures go. */
export interface Grafana {
  url: string;
  user: string;
  password: string;
  folder: string;
}

export const dashboards: readonly Dashboard[] = globSync("observability/chart/dashboards/*.json", { cwd: root })
  .toSorted()
  .map((path) => JSON.parse(readFileSync(join(root, path), "utf8")) as Dashboard);

/** Height of a step of Grafana's grid, with its gap, in pixels. */
const step = 38;

/** A browser for pictures; undefined on a machine without Chromium. */
export async function openBrowser(): Promise<Browser | undefined> {
  const executablePath = chromium();
  return executablePath ? playwright.launch({ executablePath, args: ["--no-sandbox"] }) : undefined;
}

/**
 * Opens a dashboard of half an hour in Grafana and takes a picture of all of it: `<uid>.png`.
 * @throws Error if a panel is not there, or shows an error
 */
export async function takePicture(browser: Browser, grafana: Grafana, { uid, panels }: Dashboard): Promise<string> {
  const { url, user, password, folder } = grafana;
  const bottom = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h));
  // Grafana loads a panel when it is in view: all of them are.
  const page = await browser.newPage({
    viewport: { width: 1600, height: bottom * step + 200 },
    extraHTTPHeaders: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` },
  });
  try {
    await page.goto(`${url}/d/${uid}?kiosk&from=now-30m&to=now`, { waitUntil: "networkidle", timeout: 120_000 });
    mkdirSync(folder, { recursive: true });
    await page.screenshot({ path: join(folder, `${uid}.png`) });
    const expected = panels.filter(({ type }) => type !== "row").map(({ title }) => title);
    // Names in Grafana's pages: @grafana/e2e-selectors, Components.Panels.Panel.
    const shown = await page
      .locator('[data-testid^="data-testid Panel header "]')
      .evaluateAll((all) => all.map((each) => each.dataset["testid"]));
    const missing = expected.filter((title) => !shown.includes(`data-testid Panel header ${title}`));
    if (missing.length > 0) throw new Error(`not there: ${missing.join(" ")}`);
    const failed = await page.locator('[data-testid="data-testid Panel status error"]').count();
    if (failed > 0) throw new Error(`${failed} panels show an error: ${uid}.png`);
    return `${expected.length} panels`;
  } finally {
    await page.close();
  }
}
