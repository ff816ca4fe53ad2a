import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, inject } from "vitest";
import "../../targets/provided.ts";
import { serveStandIn, type StandIn } from "../../../harness/start-stand-in.ts";
import { startTarget } from "../../../harness/start-target.ts";
import type { Env, Target } from "../../../harness/target.ts";
import { launch, openPage, type Watched } from "../chromium.ts";

type PageOptions = BrowserContextOptions & {
  allowed?: string[];
  /** What each document runs before its own scripts. */
  before?: () => void;
};

/** A page of the explorer under watch. */
export interface Explorer {
  readonly page: Page;
  readonly watched: Watched;
  /** Goes to an address of the service and waits for what it shows. */
  go(path: string): Promise<void>;
  /** Waits until nothing is awaited any more. */
  settled(): Promise<void>;
  /** The edge's outcome, in the panel's word. */
  badge(): Promise<string>;
  /**
   * Nothing left the origin, broke the policy or failed.
   * @param expected troubles that the test is about
   */
  quiet(expected?: RegExp): Promise<void>;
}

let browser: Promise<Browser> | undefined;
let users = 0;

/** The Chromium of this process, as long as a file or a `describe` uses it. Returns a function that opens a fresh page in it. */
function useBrowser(base: () => string) {
  beforeAll(async () => {
    users += 1;
    await (browser ??= launch());
  });
  afterAll(async () => {
    users -= 1;
    if (users > 0) return;
    await (await browser)?.close();
    browser = undefined;
  });
  return async ({ before, ...options }: PageOptions) => {
    if (!browser) throw new Error("the browser runs only while tests do");
    const watched = await openPage(await browser, base(), { locale: "en-GB", ...options });
    if (before) await watched.page.addInitScript(before);
    return watched;
  };
}

/** `open` gives a fresh page under watch, which shows nothing yet, closed after the test. */
export function useWatched(base: () => string) {
  const opened: Watched[] = [];
  const openFresh = useBrowser(base);
  afterEach(async () => {
    for (const { page } of opened.splice(0)) await page.context().close();
  });
  return async function open(options: PageOptions = {}): Promise<Watched> {
    const watched = await openFresh(options);
    opened.push(watched);
    return watched;
  };
}

/** `open` gives a fresh page, closed after the test. */
export function useExplorer(base: () => string) {
  const openFresh = useWatched(base);
  return async function open(path = "/", options: PageOptions = {}): Promise<Explorer> {
    const watched = await openFresh(options);
    const explorer = toExplorer(watched, base);
    await explorer.go(path);
    return explorer;
  };
}

/**
 * One page for the tests of a `describe` that only look at it: to open one takes three times as long as to load it.
 * `visit` goes to an address, as a click on a bookmark does.
 */
export function useVisits(base: () => string, options: PageOptions = {}) {
  const openFresh = useBrowser(base);
  let explorer: Explorer | undefined;
  // Before the browser's own: hooks after all tests run in reverse.
  afterAll(() => explorer?.page.context().close());
  return async function visit(path: string): Promise<Explorer> {
    explorer ??= toExplorer(await openFresh(options), base);
    for (const happened of [explorer.watched.foreign, explorer.watched.violations, explorer.watched.troubles])
      happened.length = 0;
    await explorer.go(path);
    return explorer;
  };
}

function toExplorer(watched: Watched, base: () => string): Explorer {
  const { page } = watched;
  const settled = async () => {
    await page.locator('#view[aria-busy="false"]').waitFor({ state: "attached" });
    // Two frames: what was put into the page is laid out.
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 30)))),
    );
  };
  return {
    page,
    watched,
    settled,
    async go(path) {
      await page.goto(`${base()}${path}`);
      await settled();
    },
    badge: async () => (await page.locator("#receipt .badge").textContent()) ?? "",
    async quiet(expected) {
      await settled();
      expect({
        foreign: watched.foreign,
        violations: watched.violations,
        troubles: watched.troubles.filter((line) => !expected?.test(line)),
      }).toEqual({ foreign: [], violations: [], troubles: [] });
    },
  };
}

/** An instance with settings and a stand-in of its own, for the tests of a file. */
export function useOwnService(env: Env | (() => Env) = {}) {
  let standIn: StandIn | undefined;
  let target: Target | undefined;
  beforeAll(async () => {
    standIn = await serveStandIn();
    const settings = typeof env === "function" ? env() : env;
    const runtime = inject("runtime");
    target = await startTarget({ runtime, github: standIn.url, env: settings, worker: inject("worker") });
  });
  afterAll(async () => {
    await target?.stop();
    await standIn?.stop();
  });
  const running = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("the instance runs only while tests do");
    return value;
  };
  return { url: () => running(target).url, github: () => running(standIn).url };
}

/** True if no part of the page is wider than the window. */
export function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth);
}

/** Presses Tab until that has the focus; fails if it never gets it. */
export async function tabTo(page: Page, wanted: Locator, most = 40): Promise<void> {
  for (let n = 0; n < most; n += 1) {
    await page.keyboard.press("Tab");
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${wanted.toString()}`);
}
