import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { chromium as playwright } from "playwright-core";
import sharp from "sharp";
import { root } from "../../../harness/built.mjs";
import { chromium } from "../../../harness/chromium.mjs";
import { toFrames } from "./frames.ts";

/** No server: the browser gets what it asks for from here. */
const origin = "http://dashboards.invalid";
const width = 1400;
/** Around the panels, in pixels. */
const space = 8;

const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Dashboard</title>
<link rel="stylesheet" href="/page.css">
<style>body { margin: 0 } #dashboard { padding: ${space}px }</style>
<div id="dashboard"></div>
<script type="module" src="/page.js"></script></html>`;

/** Where Grafana's styles look for its font, and the file of the package: each weight that is used. */
const fonts = { Regular: 400, Medium: 500 };

/** The files of the page, by name. */
async function bundlePage(packages) {
  const { outputFiles } = await build({
    stdin: {
      contents: readFileSync(new URL("page.jsx", import.meta.url), "utf8"),
      loader: "jsx",
      // Its imports are there.
      resolveDir: packages,
    },
    bundle: true,
    format: "esm",
    jsx: "automatic",
    minify: true,
    outfile: "page.js",
    write: false,
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".svg": "dataurl", ".ttf": "dataurl" },
  });
  const types = { ".js": "text/javascript", ".css": "text/css" };
  const files = outputFiles.map(({ path, contents }) => [
    `/${basename(path)}`,
    { contentType: types[/\.\w+$/.exec(path)[0]], body: Buffer.from(contents) },
  ]);
  const fontFiles = Object.entries(fonts).map(([name, weight]) => [
    `/public/fonts/inter/Inter-${name}.woff2`,
    { path: join(packages, `node_modules/@fontsource/inter/files/inter-latin-${weight}-normal.woff2`) },
  ]);
  return Object.fromEntries([["/", { contentType: "text/html", body: html }], ...files, ...fontFiles]);
}

/**
 * Draws panels as Grafana's components do, in pictures. Needs Chromium.
 * @param {string} packages a folder with Grafana's packages in its node_modules
 * @param {() => Promise<{
 *   pictures: { path: string, panels: { panel: object, answers: { target: object, series: object[] }[] }[] }[],
 *   range: { start: number, end: number, step: number },
 * }>} record gives the panels of each picture with what Prometheus answered to their queries, and the range in seconds; it
 *   may take minutes, so that it is called when all else is there
 */
export async function drawPictures(packages, record) {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("no Chromium: install one, or name it in CHROMIUM_PATH");
  const files = await bundlePage(packages);
  const {
    pictures,
    range: { start, end, step },
  } = await record();
  const browser = await playwright.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const page = await browser.newPage({ reducedMotion: "reduce", locale: "en-GB" });
    const errors = [];
    page.on("pageerror", (error) => errors.push(error));
    await page.route("**/*", (route) =>
      route.fulfill(files[new URL(route.request().url()).pathname] ?? { status: 404 }),
    );
    for (const { path, panels } of pictures) {
      const height = 1000;
      await page.setViewportSize({ width, height });
      await page.goto(origin);
      await page.evaluate((dashboard) => globalThis.drawDashboard(dashboard), {
        width: width - 2 * space,
        range: { from: start * 1000, to: end * 1000 },
        panels: panels.map(({ panel, answers }) => ({
          panel,
          frames: answers.flatMap(({ target, series }) => toFrames(series, target, step)),
        })),
      });
      const dashboard = page.locator("#dashboard");
      await dashboard.locator("section").first().waitFor();
      // A table draws only what is in the window.
      await page.setViewportSize({ width, height: Math.ceil((await dashboard.boundingBox()).height) });
      await page.evaluate(() => document.fonts.ready);
      // uPlot draws with the next frames.
      await page.waitForTimeout(1000);
      if (errors.length > 0) throw errors[0];
      const taken = await page.screenshot();
      await sharp(taken).png({ palette: true, effort: 10 }).toFile(join(root, path));
    }
  } finally {
    await browser.close();
  }
}
