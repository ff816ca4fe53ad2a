import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, platform, release } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { chromium as playwright } from "playwright-core";
import { buildIfNeeded, root } from "../../harness/built.mjs";
import { chromium } from "../../harness/chromium.mjs";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import { busyAt, busyProcessors } from "../machine.mjs";
import { readOptions } from "../../scripts/options.mjs";

const usage = `
npm run bench web

Measures the size of the explorer and its loading time, in Chromium against the built Node
server with the stand-in as GitHub; RUNS (9) loads. Cold is a browser without any cache; warm has
been to the page before. Writes bench/results/web.json.
`;
readOptions({ usage });

const runs = Number(process.env.RUNS ?? 9);
const pages = {
  front: { path: "/", ready: "#home h1" },
  list: { path: "/?user=octocat", ready: ".card" },
  gist: { path: "/?gist=6cad326836d38bd3a7ae", ready: "code[data-coloured]" },
};

buildIfNeeded();
const busyBefore = await busyProcessors();
if (busyBefore > busyAt)
  console.warn(
    `BUSY: ${busyBefore} processors before the start. Times mean little then: repeat it on a quiet machine.`,
  );

function round(value, digits) {
  return Number(value.toFixed(digits));
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Every file that is served, plain and compressed by itself. */
function weigh() {
  const folder = join(root, "dist/web");
  const names = readdirSync(folder).toSorted();
  return names.map((name) => {
    const bytes = readFileSync(join(folder, name));
    return {
      name,
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: 9 }).length,
      brotli: brotliCompressSync(bytes).length,
    };
  });
}

/** One load of a page, in ms since its navigation began, and what came over the wire. */
async function load(context, url, ready) {
  const page = await context.newPage();
  await page.addInitScript((selector) => {
    new MutationObserver((_, observer) => {
      if (!document.querySelector(selector)) return;
      globalThis.readyAt = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true, attributes: true });
  }, ready);
  await page.goto(url, { waitUntil: "load" });
  await page.waitForFunction(() => globalThis.readyAt !== undefined);
  await page.waitForTimeout(300);
  const measured = await page.evaluate(() => {
    const [navigation] = performance.getEntriesByType("navigation");
    const resources = performance.getEntriesByType("resource");
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    return {
      firstContentfulPaint: paint?.startTime ?? Number.NaN,
      loadEvent: navigation.loadEventEnd,
      ready: globalThis.readyAt,
      requests: resources.length + 1,
      bytes: [navigation, ...resources].reduce((sum, entry) => sum + entry.transferSize, 0),
    };
  });
  await page.close();
  return measured;
}

const executablePath = chromium();
if (executablePath === undefined) throw new Error("no Chromium: install one, or name it in CHROMIUM_PATH");
const standIn = await startStandIn();
const target = await startTarget({ runtime: "node", github: standIn.url });
// Pictures of people are on another site: the times are those of this service.
const withoutAvatars = "--host-resolver-rules=MAP avatars.githubusercontent.com ~NOTFOUND";
const browser = await playwright.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", withoutAvatars] });
const samples = Object.fromEntries(Object.keys(pages).map((name) => [name, { cold: [], warm: [] }]));
try {
  for (let n = 0; n <= runs; n += 1) {
    for (const [name, { path, ready }] of Object.entries(pages)) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const cold = await load(context, `${target.url}${path}`, ready);
      const warm = await load(context, `${target.url}${path}`, ready);
      await context.close();
      // The first round warms the server, the edge's cache and the browser's process.
      if (n > 0) {
        samples[name].cold.push(cold);
        samples[name].warm.push(warm);
      }
    }
  }
} finally {
  await target.stop();
  await standIn.stop();
}

const summarize = (list) =>
  Object.fromEntries(Object.keys(list[0]).map((key) => [key, round(median(list.map((sample) => sample[key])), 1)]));
const versionOf = (name) => JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version;
const result = {
  method:
    `Sizes of the built files, each compressed by itself (gzip 9, brotli 11). Times: medians of ${runs} loads a page in ms since navigation began, over loopback without compression or TLS, ` +
    "the edge's cache warm; cold: a new browser profile, warm: a second load in it. `ready`: the list, the coloured code or the front page is in the document. `bytes`: transferred, headers included.",
  machine: { cpu: cpus()[0]?.model.trim(), cores: cpus().length, platform: platform(), release: release(), busyBefore },
  versions: {
    node: process.version,
    chromium: browser.version(),
    "highlight.js": versionOf("highlight.js"),
    "@grafana/faro-web-sdk": versionOf("@grafana/faro-web-sdk"),
    "swagger-ui-dist": versionOf("swagger-ui-dist"),
  },
  date: new Date().toISOString().slice(0, 10),
  runs,
  pages: Object.fromEntries(
    Object.entries(samples).map(([name, { cold, warm }]) => [name, { cold: summarize(cold), warm: summarize(warm) }]),
  ),
  files: weigh(),
};
await browser.close();
mkdirSync(join(root, "bench/results"), { recursive: true });
writeFileSync(join(root, "bench/results/web.json"), `${JSON.stringify(result, null, 2)}\n`);
console.table(
  Object.entries(result.pages).flatMap(([page, states]) =>
    Object.entries(states).map(([state, values]) => ({ page, state, ...values })),
  ),
);
