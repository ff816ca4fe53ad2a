import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import type { State } from "../../../cockpit/model.ts";
import { kinds } from "../../../stand-in/faults.ts";
import { freePort } from "../../../harness/free-port.ts";
import { root } from "../../../harness/child.ts";
import { type ProcessGroup, startGroup } from "../../resilience/support/process-group.ts";
import { violations } from "../axe.ts";
import { keepPicture, launch, openPage, type Watched } from "../chromium.ts";
import { fits } from "../explorer/support.ts";

/** The demo as a user starts it, with both servers and the cockpit; for all tests of this file. */
let demo: ProcessGroup;
let browser: Browser;
let origin: string;
let github: string;
let pages: Watched[] = [];

beforeAll(async () => {
  const [standIn, node, worker, cockpit] = await Promise.all(Array.from({ length: 4 }, freePort));
  const ports = { GITHUB_PORT: standIn, PORT: node, WORKER_PORT: worker, COCKPIT_PORT: cockpit };
  demo = startGroup(process.execPath, ["scripts/demo.mjs"], {
    ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    // Soon stale, so that a fault is soon met.
    CACHE_TTL_SECONDS: "1",
    CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0",
    LOG_LEVEL: "error",
  });
  [origin, github] = [`http://localhost:${cockpit}`, `http://127.0.0.1:${standIn}`];
  browser = await launch();
  await vi.waitUntil(() => demo.printed().includes("Ctrl+C ends it"), { timeout: 30_000 });
});
afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});
afterEach(async () => {
  for (const name of ["heal", "traffic", "clear"])
    await post(name, name === "traffic" ? { rate: 0, runtimes: ["node", "worker"], target: "list" } : {});
  for (const { page } of pages.splice(0)) await page.context().close();
});

const post = (name: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${origin}/do/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

async function open(options: BrowserContextOptions = {}): Promise<Page> {
  const watched = await openPage(browser, origin, { locale: "en-GB", ...options });
  pages.push(watched);
  await watched.page.goto(`${origin}/`);
  await watched.page.locator("#health b").filter({ hasText: /./ }).waitFor();
  return watched.page;
}

const press = (page: Page, name: string | RegExp) => page.getByRole("button", { name, exact: true }).click();

/** A figure of the page, such as `Requests`, as a number. */
async function figure(page: Page, place: string, name: string): Promise<number> {
  const row = page.locator(`${place} div:has(> dt)`).filter({ has: page.locator("dt", { hasText: name }) });
  return Number((await row.locator("dd").textContent())?.replaceAll(/[,%–]/g, ""));
}

const node = "section:has(#node-title)";
const worker = "section:has(#worker-title)";
const newest = (page: Page) => page.locator("#events li").first();

describe("100 clients", () => {
  test("who ask a cold cache share one call to GitHub on each server, and the figures say so", async () => {
    const page = await open();
    await page.getByText("purged first", { exact: true }).click();
    await press(page, "Send 100 clients");
    for (const place of [node, worker]) {
      await expect.poll(() => figure(page, place, "Requests")).toBe(100);
      await expect.poll(() => figure(page, place, "Calls to GitHub")).toBe(1);
      expect(await figure(page, place, "Calls saved")).toBe(99);
      expect(await figure(page, place, "Hit rate")).toBe(99);
      expect(await page.locator(`${place} .miss b`).textContent()).toBe("1");
      await page.locator(`${place} .chart .bar.miss`).waitFor({ state: "attached" });
    }
    await expect.poll(() => figure(page, "#totals", "calls saved")).toBe(198);
    await expect.poll(() => newest(page).textContent()).toMatch(/100 × 200, 1 call to GitHub/);
    await keepPicture(page, "cockpit");
  });

  test("go to the chosen server only, and ask for the chosen path", async () => {
    const page = await open();
    await page.getByText("Worker", { exact: true }).first().click();
    await page.getByLabel("Clients request").selectOption("own");
    await page.getByRole("textbox").fill("/users/hubot/gists?per_page=3");
    await press(page, "Send 100 clients");
    await expect.poll(() => figure(page, worker, "Requests")).toBe(100);
    expect(await figure(page, node, "Requests")).toBe(0);
    const calls = (await (await fetch(`${github}/_standin/calls?path=/users/hubot/gists`)).json()) as object[];
    expect(calls).not.toEqual([]);
  });

  test("are not sent to another origin: the page says why", async () => {
    const page = await open();
    await page.getByLabel("Clients request").selectOption("own");
    await page.getByRole("textbox").fill("//evil.example/");
    await press(page, "Send 100 clients");
    await expect.poll(() => page.getByRole("alert").filter({ hasText: "slash" }).count()).toBe(1);
    expect(await figure(page, node, "Requests")).toBe(0);
  });
});

describe("a fault", () => {
  test("is shown from its beginning to its end, and clients still get 200", async () => {
    const page = await open();
    await press(page, /^Steady traffic/);
    await expect.poll(() => figure(page, node, "Requests")).toBeGreaterThan(20);
    await press(page, "503 Unavailable");
    await page.locator("#health", { hasText: "Broken" }).waitFor();
    expect(await page.getByRole("button", { name: "503 Unavailable" }).getAttribute("aria-pressed")).toBe("true");
    // What they have is stale after a second, and GitHub has nothing newer to give.
    for (const place of [node, worker]) {
      await page.locator(`${place} .chart .band-title`, { hasText: "503 Unavailable" }).waitFor({ state: "attached" });
      await page.locator(`${place} .chart .bar.bridged`).waitFor({ state: "attached" });
    }
    await press(page, "Heal GitHub");
    await page.locator("#health", { hasText: "Works" }).waitFor();
    // The time of the fault stays in the chart.
    expect(await page.locator(`${node} .chart .band`).count()).toBe(1);
    await expect.poll(() => page.locator(`${node} .revalidated b`).textContent(), { timeout: 30_000 }).not.toBe("0");
    expect(await figure(page, "#totals", "got 200")).toBe(100);
    const events = await page.locator("#events li").allTextContents();
    expect(events.filter((text) => /GitHub (?:broken|healed)/.test(text))).toEqual([
      expect.stringContaining("GitHub healed"),
      expect.stringContaining("GitHub broken: 503 Unavailable"),
    ]);
    await keepPicture(page, "cockpit-fault");
  });

  test("without anything stored is no 200, and the figures do not hide it", async () => {
    const page = await open();
    await press(page, "503 Unavailable");
    await page.locator("#health", { hasText: "Broken" }).waitFor();
    await page.getByLabel("Clients request").selectOption("gist");
    await page.getByText("purged first", { exact: true }).click();
    await press(page, "Send 100 clients");
    await expect.poll(() => figure(page, "#totals", "requests")).toBe(200);
    expect(await figure(page, "#totals", "got 200")).toBe(0);
    expect(await page.locator(`${node} .failed b`).textContent()).toBe("100");
  });

  test("that was set by another program is shown too", async () => {
    const page = await open();
    await fetch(`${github}/_standin/faults`, { method: "POST", body: JSON.stringify({ kind: "html" }) });
    await page.locator("#health", { hasText: "Broken" }).waitFor();
    expect(await page.getByRole("button", { name: kinds.html.title }).getAttribute("aria-pressed")).toBe("true");
  });

  test("of every kind has a button, and the stand-in takes it", async () => {
    const page = await open();
    const active = async () => (await fetch(`${github}/_standin/faults`)).json();
    for (const { title, example } of Object.values(kinds)) {
      await press(page, title);
      await expect.poll(active, { message: title }).toEqual([example]);
      await page.getByRole("button", { name: title, pressed: true }).click();
      await expect.poll(active, { message: title }).toEqual([]);
    }
  });
});

describe("another site", () => {
  /** A page of another origin in the same browser; its requests are let through. */
  async function visitOther(): Promise<Page> {
    const context = await browser.newContext();
    pages.push({ page: await context.newPage(), avatars: [], foreign: [], violations: [], troubles: [] });
    const { page } = pages.at(-1)!;
    await page.route("http://evil.example/", (route) =>
      route.fulfill({ contentType: "text/html", body: "<!doctype html><title>Another site</title>" }),
    );
    await page.goto("http://evil.example/");
    return page;
  }

  test("cannot break GitHub, by any kind of request", async () => {
    const page = await visitOther();
    const happened = await page.evaluate(async (to) => {
      const body = JSON.stringify({ kind: "status" });
      const attempts: RequestInit[] = [
        { method: "POST", mode: "no-cors", body },
        { method: "POST", headers: { "content-type": "application/json" }, body },
        { method: "GET" },
      ];
      const read = await Promise.all(
        attempts.map((init) =>
          fetch(`${to}/do/break`, init).then(
            ({ type }) => type,
            () => "refused",
          ),
        ),
      );
      const form = document.createElement("form");
      Object.assign(form, { method: "post", action: `${to}/do/break`, enctype: "text/plain" });
      document.body.append(form);
      form.submit();
      return read;
    }, origin);
    expect(happened).toEqual(["refused", "refused", "refused"]);
    await page.waitForURL(`${origin}/do/break`).catch(() => undefined);
    expect(await (await fetch(`${github}/_standin/faults`)).json()).toEqual([]);
  });

  test("cannot use a name of its own for this machine", async () => {
    const { port } = new URL(origin);
    const resolved = await launchWith(`--host-resolver-rules=MAP rebound.example 127.0.0.1`);
    const page = await resolved.newPage();
    const response = await page.goto(`http://rebound.example:${port}/`);
    expect(response?.status()).toBe(403);
    await resolved.close();
  });

  test("gets 403 over plain HTTP too", async () => {
    expect((await post("break", { kind: "status" }, { origin: "http://evil.example" })).status).toBe(403);
    expect((await fetch(`${origin}/state`, { headers: { origin: "http://evil.example" } })).status).toBe(403);
  });
});

async function launchWith(argument: string): Promise<Browser> {
  const { chromium } = await import("playwright-core");
  const { chromium: path } = await import("../../../harness/chromium.mjs");
  return chromium.launch({ executablePath: path()!, args: ["--no-sandbox", "--disable-gpu", argument] });
}

/** What the page shows of states that are sent to it one after another. */
async function openWith(
  change: (state: State) => Partial<State>[],
  options: BrowserContextOptions = {},
): Promise<Page> {
  const state = (await (await fetch(`${origin}/state`)).json()) as State;
  const body = change(state)
    .map((part) => `data: ${JSON.stringify({ ...state, ...part })}\n\n`)
    .join("");
  const watched = await openPage(browser, origin, { locale: "en-GB", ...options });
  pages.push(watched);
  await watched.page.route("**/live", (route) =>
    route.fulfill({ contentType: "text/event-stream", body: `retry: 60000\n\n${body}` }),
  );
  await watched.page.goto(`${origin}/`);
  await watched.page.locator("#health b").filter({ hasText: /./ }).waitFor();
  return watched.page;
}

describe("the page", () => {
  test("shows the events of a demo that was started again", async () => {
    const happening = (id: number, text: string) => ({ id, at: id, text, kind: "healed" as const });
    const page = await openWith(() => [
      { happenings: [happening(2, "old two"), happening(1, "old one")] },
      { happenings: [happening(1, "new one")] },
    ]);
    await expect.poll(() => page.locator("#events li > span:last-child").allTextContents()).toEqual(["new one"]);
  });

  test.each([390, 1280])("has no title over another, however many faults there were, at %i pixels", async (width) => {
    const page = await openWith(
      ({ now }) => [
        {
          troubles: Array.from({ length: 14 }, (_, n) => ({
            title: n % 2 === 0 ? "503 Unavailable" : "Odd header fields",
            from: now - (58 - n * 4) * 1000,
            to: n === 13 ? undefined : now - (56 - n * 4) * 1000,
          })),
        },
      ],
      { viewport: { width, height: 900 } },
    );
    const titles = page.locator(`${node} .chart .band-title`);
    await titles.first().waitFor({ state: "attached" });
    const boxes = await titles.evaluateAll((all) =>
      all.map((title) => title.getBoundingClientRect()).map(({ left, right }) => ({ left, right })),
    );
    boxes.sort((a, b) => a.left - b.left);
    expect(boxes.slice(1).filter(({ left }, n) => left < (boxes[n]?.right ?? 0))).toEqual([]);
    // The one that lasts has its title.
    expect(await titles.first().textContent()).toBe("Odd header fields");
    const chart = await page.locator(`${node} .chart`).boundingBox();
    expect(boxes.at(-1)?.right).toBeLessThanOrEqual((chart?.x ?? 0) + (chart?.width ?? 0));
  });

  test("in a high window has no gap between the totals and the rest, and its first steps are numbered", async () => {
    const page = await openWith(() => [{ happenings: [] }], { viewport: { width: 1280, height: 1600 } });
    const totals = await page.locator("#totals").boundingBox();
    const deck = await page.locator(".deck").boundingBox();
    expect((deck?.y ?? Infinity) - (totals?.y ?? 0) - (totals?.height ?? 0)).toBeLessThan(20);
    expect(
      await page.locator("#no-events li").evaluateAll((all) => all.map((item) => getComputedStyle(item).display)),
    ).toEqual(["list-item", "list-item", "list-item", "list-item"]);
  });

  test("steady traffic stays off when the form is changed right after", async () => {
    const page = await open();
    const traffic = page.getByRole("button", { name: /^Steady traffic/ });
    await traffic.click();
    await expect.poll(() => figure(page, node, "Requests")).toBeGreaterThan(5);
    const sent: unknown[] = [];
    page.on("request", (request) => request.url().endsWith("/do/traffic") && sent.push(request.postDataJSON()));
    await page.evaluate(() => {
      const button = [...document.querySelectorAll("button")].find((one) => one.textContent?.startsWith("Steady"));
      button?.click();
      document.querySelector("select")?.dispatchEvent(new Event("change", { bubbles: true }));
    });
    await expect.poll(() => traffic.getAttribute("aria-pressed")).toBe("false");
    expect(sent).toMatchObject([{ rate: 0 }]);
  });

  test.each(["light", "dark"] as const)(
    "has nothing that axe finds, in %s colours, broken or not",
    async (colorScheme) => {
      const page = await open({ colorScheme });
      await press(page, "Send 100 clients");
      await expect.poll(() => figure(page, node, "Requests")).toBe(100);
      expect(await violations(page)).toEqual([]);
      await press(page, "Hourly limit");
      await page.locator("#health", { hasText: "Broken" }).waitFor();
      expect(await violations(page)).toEqual([]);
      await keepPicture(page, `cockpit-${colorScheme}`);
    },
  );

  test.each([320, 390, 768, 1280])("fits %i pixels", async (width) => {
    const page = await open({ viewport: { width, height: 800 } });
    await press(page, "Send 100 clients");
    await expect.poll(() => figure(page, node, "Requests")).toBe(100);
    expect(await fits(page)).toBe(true);
  });

  test("works by keyboard: a fault, clients, and healing", async () => {
    const page = await open();
    const focusOn = async (name: string | RegExp) => {
      for (let n = 0; n < 60; n += 1) {
        await page.keyboard.press("Tab");
        const text = await page.evaluate(() => document.activeElement?.textContent ?? "");
        if (typeof name === "string" ? text === name : name.test(text)) return;
      }
      throw new Error(`Tab does not lead to ${name}`);
    };
    await focusOn("Connection reset");
    await page.keyboard.press("Enter");
    await page.locator("#health", { hasText: "Broken" }).waitFor();
    await focusOn("Heal GitHub");
    await page.keyboard.press("Space");
    await page.locator("#health", { hasText: "Works" }).waitFor();
    await focusOn("Send 100 clients");
    await page.keyboard.press("Enter");
    await expect.poll(() => figure(page, node, "Requests")).toBe(100);
  });

  test("asks no other origin, and breaks no policy", async () => {
    await open();
    const [watched] = pages;
    await watched!.page.waitForTimeout(500);
    const { foreign, violations: broken, troubles } = watched!;
    expect({ foreign, broken, troubles }).toEqual({ foreign: [], broken: [], troubles: [] });
  });
});

test("no bundle has it", () => {
  const files = ["node", "web", "worker"].flatMap((folder) =>
    readdirSync(`${root}dist/${folder}`, { recursive: true, encoding: "utf8" }).map(
      (name) => `${root}dist/${folder}/${name}`,
    ),
  );
  const texts = files.filter((path) => /\.(?:js|html|css)$/.test(path) && existsSync(path));
  expect(texts.length).toBeGreaterThan(10);
  expect(texts.filter((path) => /cockpit/i.test(readFileSync(path, "utf8")))).toEqual([]);
});
