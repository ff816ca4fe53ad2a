import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Frame } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../stand-in/client.ts";
import { notable } from "../../stand-in/octocat.ts";
import { instance } from "../targets/instance.ts";
import { keepPicture, launch, openPage, type Watched } from "./chromium.ts";

/* The view of a gist in a frame on a page of another site. */

const { base } = instance;
/** Tells the page around it, wherever it runs. */
const attack = "parent.postMessage('ran','*');top.postMessage('ran','*');alert('ran')";
const markup = `</code></pre></title></style><script>${attack}</script><img src=x onerror="${attack}"><svg onload="${attack}"></svg><iframe srcdoc="<script>${attack}</script>"></iframe><base href="https://elsewhere.example/"><meta http-equiv=refresh content="0;url=https://elsewhere.example/"><form action="https://elsewhere.example/"><button autofocus>x</button></form><link rel=stylesheet href="https://elsewhere.example/x.css">`;
const files: Record<string, string> = {
  "page.html": `<!doctype html>\n<style>*{display:none}</style>${markup}\n`,
  "picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="${attack}"><script>${attack}</script></svg>\n`,
  "entities.txt": "\n&lt;script&gt; &amp;amp; &#60; &quot;' ]]> <!-- \n\n  indented\n",
  [`${markup.replaceAll("/", "_").slice(0, 200)}.rb`]: "puts 1\n",
  [`"' onmouseover="${attack}" x=".txt`]: "2\n",
};
const hostile = "aa5a315d61ae9438b18d0000000bad0a";

let browser: Browser;
let site: Server;
let origin: string;
let html: string;
let opened: Watched[] = [];

beforeAll(async () => {
  await createClient(instance.github).add("hubot", hostile, { description: markup, files });
  browser = await launch();
  site = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><link rel="icon" href="data:,"><script>ran=[];addEventListener("message",(event)=>ran.push(event.data))</script>${html}`,
    );
  });
  await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser.close();
  site.close();
});
afterEach(async () => {
  for (const { page } of opened) await page.context().close();
  opened = [];
});

/** Opens a page of another site that has this in its body; answers with its first frame. */
async function show(body: string, options: Parameters<typeof openPage>[2] = {}) {
  html = body;
  const watched = await openPage(browser, origin, { allowed: [base], ...options });
  opened.push(watched);
  const dialogs: string[] = [];
  watched.page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  await watched.page.goto(`${origin}/`);
  const [, frame] = watched.page.frames() as [Frame, Frame];
  await frame.waitForLoadState();
  await watched.page.waitForTimeout(200);
  const ran = await watched.page.evaluate(() => (globalThis as unknown as { ran: string[] }).ran);
  return { ...watched, frame, ran: [...ran, ...dialogs] };
}

async function oembed(id: string): Promise<string> {
  const response = await fetch(`${base}/oembed?url=${encodeURIComponent(`https://gist.github.com/${id}`)}`);
  return ((await response.json()) as { html: string }).html;
}

const frames: [string, (id: string) => Promise<string> | string][] = [
  ["as oEmbed gives it", oembed],
  ["that allows scripts", (id) => `<iframe src="${base}/embed/${id}" sandbox="allow-scripts"></iframe>`],
  ["that allows all", (id) => `<iframe src="${base}/embed/${id}"></iframe>`],
];

describe.each(frames)("in a frame %s", (_, toFrame) => {
  test.each([hostile, notable.hostile, notable.rightToLeft, notable.binary])("nothing of %s runs", async (id) => {
    const { frame, ran, page, foreign } = await show(await toFrame(id));
    expect(await frame.locator("header").textContent()).not.toBe("");
    expect(ran).toEqual([]);
    expect(foreign).toEqual([]);
    expect(page.frames(), "no frame in the frame").toHaveLength(2);
    expect(
      await frame.locator("script, img, svg, iframe, base, form, style ~ style, link[rel=stylesheet]").count(),
    ).toBe(0);
    const attributes = await frame
      .locator("*")
      .evaluateAll((all) => [...new Set(all.flatMap((element) => element.getAttributeNames()))]);
    expect(attributes.filter((name) => name.startsWith("on") || name === "style")).toEqual([]);
    expect(await page.context().cookies()).toEqual([]);
  });
});

test("an attack would be seen", async () => {
  const { ran } = await show(`<iframe srcdoc="<script>${attack.replaceAll('"', "&quot;")}</script>"></iframe>`);
  expect(ran).toContain("ran");
});

test("what was written is what is shown, letter by letter", async () => {
  const { frame } = await show(await oembed(hostile));
  const shown = await frame.locator("pre code").allTextContents();
  for (const text of Object.values(files)) expect(shown).toContain(text);
  const names = await frame.locator("h2 a").allTextContents();
  expect(names).toEqual(expect.arrayContaining(Object.keys(files)));
});

test("characters that reorder text are named", async () => {
  const { frame } = await show(await oembed(notable.rightToLeft));
  expect(await frame.locator("header mark").allTextContents()).toEqual(["U+202E", "U+202C"]);
  expect(await frame.locator("title").textContent()).toMatch(/U\+202E.*U\+202C/);
});

test.each(["light", "dark"] as const)("its style holds, %s", async (colorScheme) => {
  const { frame, page, violations, troubles } = await show(await oembed(notable.forked), { colorScheme });
  const style = await frame.locator("body").evaluate((body) => {
    const { backgroundColor, color, borderTopLeftRadius } = getComputedStyle(body);
    return { backgroundColor, color, borderTopLeftRadius };
  });
  const [black, white] = ["rgb(0, 0, 0)", "rgb(255, 255, 255)"];
  expect(style.borderTopLeftRadius).toBe("6px");
  if (colorScheme === "light") expect([style.backgroundColor, style.color]).toEqual([white, black]);
  else expect(style.backgroundColor).not.toBe(white);
  expect({ violations, troubles }).toEqual({ violations: [], troubles: [] });
  await keepPicture(page, `embed-${colorScheme}`);
});

test("a link opens a tab of its own, which cannot reach back", async () => {
  const { frame, page } = await show(await oembed(notable.forked));
  const [tab] = await Promise.all([page.context().waitForEvent("page"), frame.locator("header a").click()]);
  await tab.waitForLoadState().catch(() => undefined);
  expect(await tab.evaluate(() => globalThis.opener as unknown)).toBeNull();
  await expect.poll(() => page.url()).toBe(`${origin}/`);
});
