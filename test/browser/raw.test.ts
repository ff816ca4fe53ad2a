import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createClient } from "../../stand-in/client.ts";
import { instance } from "../targets/instance.ts";
import { launch } from "./chromium.ts";

/* Files of anybody, opened in a browser on this service's origin: none runs as a document of it. */

const { base, github } = instance;
const gist = "aa5a315d61ae9438b18d0000000bad0b";
const script = "<script>document.title='ran';alert('ran')</script>";
const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert('ran')"><script>alert('ran')</script></svg>`;
const xhtml = `<html xmlns="http://www.w3.org/1999/xhtml"><head><script>alert('ran')</script></head></html>`;
const documents: Record<string, string> = {
  "a.html": `<!doctype html><title>x</title>${script}`,
  "a.htm": script,
  "a.svg": svg,
  "a.xhtml": xhtml,
  "a.xml": `<?xml version="1.0"?><?xml-stylesheet href="data:text/xsl,x"?>${xhtml}`,
  "a.md": script,
  "a.txt": script,
  "a.unknown": script,
  noextension: `<!doctype html>${script}`,
};

let browser: Browser;
let page: Page;
let ran: string[];

beforeAll(async () => {
  browser = await launch();
  await createClient(github).add("hubot", gist, { files: { ...documents, "a.js": "globalThis.ran = 'module';" } });
});
afterAll(() => browser.close());
beforeEach(async () => {
  ran = [];
  page = await (await browser.newContext()).newPage();
  page.on("dialog", (dialog) => {
    ran.push(dialog.message());
    void dialog.dismiss();
  });
});
afterEach(() => page.context().close());

const at = (name: string) => `${base}/gists/${gist}/raw/${name}`;

describe.each(Object.keys(documents))("%s", (name) => {
  test("is text in a window of its own, on an origin of its own", async () => {
    await page.goto(at(name));
    await page.waitForTimeout(100);
    expect(ran).toEqual([]);
    expect(await page.title()).not.toBe("ran");
    expect(await page.evaluate(() => document.contentType)).toMatch(/^text\/(?:plain|markdown)$/);
    // The sandbox: neither its storage nor its name are the service's.
    expect(await page.evaluate(() => globalThis.origin)).toBe("null");
    expect(await page.locator("pre").textContent()).toBe(documents[name]);
  });

  test("is not shown in a page of this origin, and no script of one", async () => {
    await page.goto(`${base}/health`);
    const results = await page.evaluate(async (url) => {
      const load = (element: HTMLElement) =>
        new Promise<string>((resolve) => {
          element.addEventListener("load", () => resolve("load"));
          element.addEventListener("error", () => resolve("error"));
          document.documentElement.append(element);
        });
      return [await load(Object.assign(document.createElement("script"), { src: url }))];
    }, at(name));
    expect(results).toEqual(["error"]);
    expect(ran).toEqual([]);
  });
});

test("a script is a module for a page of another origin that asks for it", async () => {
  const html = `<script type="module" src="${at("a.js")}"></script>`;
  const other = createServer((_, response) => response.setHeader("content-type", "text/html").end(html)).listen(0);
  try {
    await once(other, "listening");
    await page.goto(`http://127.0.0.1:${(other.address() as AddressInfo).port}/`);
    await expect.poll(() => page.evaluate(() => (globalThis as unknown as { ran: string }).ran)).toBe("module");
  } finally {
    other.close();
    other.closeAllConnections();
  }
});
