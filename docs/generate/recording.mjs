import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium as playwright } from "playwright-core";
import sharp from "sharp";
import { serveCockpit } from "../../cockpit/server.ts";
import { root } from "../../harness/built.mjs";
import { chromium } from "../../harness/chromium.mjs";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import { readWorkerConfig } from "../../harness/worker-config.ts";

/** The moving picture, and a still one for readers who want no motion. */
const recordingPath = "docs/images/cockpit.webp";
const stillPath = "docs/images/cockpit.png";

const viewport = { width: 1080, height: 736 };

/** A frame is taken so often, and shown for so long, in milliseconds: the recording is played three times as fast. */
const [every, shownFor] = [600, 200];

/** The last frame is shown for so long. */
const hold = 4000;

const settings = {
  // Soon stale, so that nobody waits for a minute.
  CACHE_TTL_SECONDS: "5",
  CACHE_STALE_WHILE_REVALIDATE_SECONDS: "2",
  PURGE_TOKEN: "only-for-this-recording",
};
const tokens = { node: "good-node", worker: "good-worker" };

/** What is done, with its caption and the seconds until the next. */
const steps = [
  ["100 requests a second to two servers. Each calls GitHub once every 5 seconds.", /^Steady traffic/, 11],
  ["GitHub breaks. Clients still get 200.", "503 Unavailable", 15],
  ["GitHub is back. Hits return with the next good call.", "Heal GitHub", 14],
  ["100 more clients at once, nothing cached: one call from each server.", "Send 100 clients", 4],
];

/** Runs the demo's programs on free ports, as long as `use` takes. */
async function withCockpit(use) {
  const standIn = await startStandIn();
  const worker = await readWorkerConfig();
  const start = (runtime) =>
    startTarget({ runtime, github: standIn.url, worker, env: { ...settings, GITHUB_TOKEN: tokens[runtime] } });
  const [node, workerd] = await Promise.all([start("node"), start("worker")]);
  const cockpit = await serveCockpit({
    urls: { node: node.url, worker: workerd.url, github: standIn.url },
    tokens,
    purgeToken: settings.PURGE_TOKEN,
    lifetime: Number(settings.CACHE_TTL_SECONDS),
  });
  try {
    return await use(cockpit.url);
  } finally {
    await cockpit.close();
    await Promise.all([node.stop(), workerd.stop()]);
    await standIn.stop();
  }
}

/** A line below the page that says what happens, and a pointer: both are the recording's, not the page's. */
function addCaption() {
  const caption = document.createElement("p");
  Object.assign(caption.style, {
    position: "fixed",
    inset: "auto 0 0",
    margin: "0",
    padding: "12px 20px",
    font: "600 19px system-ui, sans-serif",
    color: "#ffffff",
    background: "#0b5f5b",
    pointerEvents: "none",
    zIndex: "9",
  });
  const pointer = document.createElement("div");
  Object.assign(pointer.style, {
    position: "fixed",
    inset: "0 auto auto 0",
    inlineSize: "22px",
    blockSize: "22px",
    margin: "-11px",
    borderRadius: "50%",
    background: "rgb(240 140 0 / 0.55)",
    border: "2px solid rgb(160 80 0)",
    pointerEvents: "none",
    zIndex: "9",
  });
  document.body.append(caption, pointer);
  globalThis.say = (text) => void (caption.textContent = text);
  document.addEventListener("mousemove", ({ clientX, clientY }) => {
    pointer.style.transform = `translate(${clientX}px, ${clientY}px)`;
  });
}

/** Records the cockpit while a fault comes and goes. Needs Chromium and a build. */
export async function recordCockpit() {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("no Chromium: install one, or name it in CHROMIUM_PATH");
  mkdirSync(join(root, "docs/images"), { recursive: true });
  const browser = await playwright.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  const context = await browser.newContext({
    viewport,
    colorScheme: "light",
    locale: "en-GB",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  const frames = [];

  async function film(seconds) {
    const end = performance.now() + seconds * 1000;
    for (let at = performance.now(); at < end; at += every) {
      frames.push(await page.screenshot());
      await page.waitForTimeout(Math.max(at + every - performance.now(), 0));
    }
  }

  try {
    await withCockpit(async (url) => {
      await page.goto(url);
      await page.locator("#health b").filter({ hasText: "Works" }).waitFor();
      await page.evaluate(addCaption);
      await page.getByText("purged first", { exact: true }).hover();
      for (const [caption, name, seconds] of steps) {
        await page.evaluate((text) => globalThis.say(text), caption);
        if (name === "Send 100 clients") await page.getByText("purged first", { exact: true }).click();
        const button = page.getByRole("button", { name });
        await button.hover();
        await film(every / 1000);
        await button.click();
        await film(seconds);
        if (name === "503 Unavailable") await page.screenshot({ path: join(root, stillPath) });
      }
    });
  } finally {
    await browser.close();
  }
  const delay = frames.map((_, index) => (index === frames.length - 1 ? hold : shownFor));
  await sharp(frames, { join: { animated: true } })
    .webp({ quality: 45, effort: 4, minSize: true, loop: 0, delay })
    .toFile(join(root, recordingPath));
}
