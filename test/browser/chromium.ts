import { mkdirSync } from "node:fs";
import {
  type Browser,
  type BrowserContextOptions,
  chromium as playwright,
  type Page,
  type Request,
} from "playwright-core";
import { chromium } from "../../harness/chromium.mjs";
import { root } from "../../harness/child.ts";

/** Problems that must not occur while a page is open; each a line of text. */
export interface Watched {
  page: Page;
  /** Requests for pictures of people, which get a picture of one pixel. */
  avatars: Request[];
  /** Requests to another origin: a page of this service needs none. */
  foreign: string[];
  /** Violations of the page's Content-Security-Policy, as the browser reports them to the page. */
  violations: string[];
  /** Errors and warnings of the console, exceptions, failed requests, and responses with 400 and above. */
  troubles: string[];
}

/** Nothing of the browser's own: no updates, no sync, no requests in the background. */
const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
];

/** Starts the system's Chromium. @throws Error if there is none */
export async function launch(): Promise<Browser> {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("no Chromium: install one, or name it in CHROMIUM_PATH");
  return playwright.launch({ executablePath, args: quiet });
}

/** Where GitHub has the pictures of people: the one other site that a page may load something from. */
const avatarSite = "https://avatars.githubusercontent.com";
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/p8w6OAAAAABJRU5ErkJggg==",
  "base64",
);

/** A fresh page that keeps account of what goes wrong on it, and lets no request leave `origin` but to those `allowed`. */
export async function openPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions & { allowed?: string[] } = {},
): Promise<Watched> {
  const { allowed = [], ...contextOptions } = options;
  const context = await browser.newContext({ viewport: { width: 1280, height: 1000 }, ...contextOptions });
  const page = await context.newPage();
  const watched: Watched = { page, avatars: [], foreign: [], violations: [], troubles: [] };

  await context.route("**/*", async (route) => {
    const { protocol, origin: asked } = new URL(route.request().url());
    if (asked === origin || allowed.includes(asked) || protocol === "data:" || protocol === "blob:")
      return route.continue();
    if (asked === avatarSite && route.request().resourceType() === "image") {
      watched.avatars.push(route.request());
      return route.fulfill({ body: pixel, contentType: "image/png" });
    }
    watched.foreign.push(route.request().url());
    return route.abort();
  });
  await context.exposeFunction("reportViolation", (line: string) => void watched.violations.push(line));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const { effectiveDirective, blockedURI, sourceFile, lineNumber, sample } = event;
      const report = (globalThis as unknown as { reportViolation: (line: string) => void }).reportViolation;
      report(`${effectiveDirective} ${blockedURI} at ${sourceFile}:${lineNumber} ${sample}`);
    });
  });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) watched.troubles.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => watched.troubles.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    // A page that is left before its icon, a part of its worker or a picture of a person has arrived needs none.
    const isLeft = request.failure()?.errorText === "net::ERR_ABORTED";
    const isDispensable =
      /\/assets\/(?:icon-[^/]+\.svg|[^/]+\.js)$/.test(request.url()) || watched.avatars.includes(request);
    if (isLeft && isDispensable) return;
    watched.troubles.push(`failed: ${request.url()}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) watched.troubles.push(`${response.status()}: ${response.url()}`);
  });
  return watched;
}

/** Keeps a picture of the page in .cache/ for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(`${root}.cache/pictures`, { recursive: true });
  await page.screenshot({ path: `${root}.cache/pictures/${name}.png`, fullPage: false });
}
