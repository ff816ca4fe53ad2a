import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { instance } from "../../targets/instance.ts";
import { expectHarmless, trap } from "../explorer/harmless.ts";
import { useExplorer, useVisits } from "../explorer/support.ts";

const open = useExplorer(() => instance.base);

const run = "alert('ran')";
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="${run}"><script>${run}</script><image href="https://elsewhere.example/p.png"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:${run}"/></foreignObject><rect width="40" height="40"/></svg>`;

/** Addresses that lead to a script, or to another document, in each spelling that browsers understand. */
const addresses = [
  `javascript:${run}`,
  `JaVaScRiPt:${run}`,
  `&#106;avascript:${run}`,
  `javascript&colon;${run}`,
  `java&Tab;script:${run}`,
  `java&NewLine;script:${run}`,
  `&#1;javascript:${run}`,
  `vbscript:${run}`,
  `data:text/html,<script>${run}</script>`,
  `data:text/html;base64,PHNjcmlwdD5hbGVydCgncmFuJyk8L3NjcmlwdD4=`,
  `data:image/svg+xml,${encodeURIComponent(svg)}`,
  "file:///etc/passwd",
  "blob:https://elsewhere.example/1",
  "//elsewhere.example:0x/",
];

const markdown = [
  ...addresses.flatMap((address, n) => [
    `[link](<${address}>) ![picture](<${address}>) <${address}> [reference][${n}]`,
    "",
    `[${n}]: <${address}>`,
    "",
    `<a href="${address}">a</a> <img src="${address}" alt="x">`,
    "",
  ]),
  `<img src="https://elsewhere.example/p.png" onerror="${run}" onload="${run}" style="position:fixed">`,
  `<img src=x onerror=${run}> <svg onload=${run}></svg> <style>body { display: none }</style>`,
  `<a href="https://example.com/" onclick="${run}" style="position:fixed">styled</a>`,
  `<details open ontoggle="${run}"><summary onclick="${run}">s</summary>`,
  "",
  `<iframe srcdoc="<script>${run}</script>"></iframe><object data="javascript:${run}"></object><embed src="javascript:${run}">`,
  "",
  `<form action="javascript:${run}"><input autofocus onfocus="${run}"><button formaction="javascript:${run}">x</button></form>`,
  `<base href="https://elsewhere.example/"><meta http-equiv="refresh" content="0;url=https://elsewhere.example/"><link rel="stylesheet" href="https://elsewhere.example/x.css">`,
  `<math><mtext></mtext><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${run}&gt;"></math>`,
  "</div></section></main><script>",
  run,
  "</script>",
  "# constructor\n# __proto__\n# content\n# view",
  "- [x] <script>alert('ran')</script>",
  '```js" onmouseover="alert(1)\nlet a;\n```',
  "| a |\n| - |\n| <script>alert('ran')</script> |",
  '![x](https://elsewhere.example/p.png "onerror=alert(1)")',
  "www.elsewhere.example https://elsewhere.example/ someone@elsewhere.example",
].join("\n");

const output = (output_type: string, data: object) => ({ output_type, metadata: {}, data });
const notebook = JSON.stringify({
  cells: [
    { cell_type: "markdown", source: markdown, attachments: { "a.png": { "image/svg+xml": svg }, __proto__: null } },
    { cell_type: "markdown", source: "![x](attachment:a.png) ![x](attachment:__proto__) ![x](attachment:constructor)" },
    {
      cell_type: "code",
      execution_count: `"><script>${run}</script>`,
      source: [`"""<script>${run}</script>"""`, 1, null],
      outputs: [
        output("display_data", { "text/html": `<script>${run}</script><img src=x onerror=${run}>` }),
        output("display_data", {
          "text/html": `<table><tr><td><img src=x onerror=${run}><b>cell</b></td></tr></table>`,
        }),
        output("display_data", { "image/svg+xml": svg }),
        output("display_data", { "image/png": `x" onerror="${run}` }),
        output("display_data", { "image/png": "AAAA" }),
        output("display_data", { "application/javascript": run, "text/markdown": `[x](javascript:${run})` }),
        output("display_data", { "application/javascript": run }),
        {
          output_type: "stream",
          name: "stdout",
          text: "\u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007\u001b[31m<b>",
        },
        { output_type: "error", ename: "x", evalue: "y", traceback: [`<script>${run}</script>`] },
        null,
        { output_type: 7 },
      ],
    },
    "not a cell",
    { cell_type: "code" },
  ],
  metadata: { language_info: { name: `"><script>${run}</script>` } },
  nbformat: 4,
});

const files = {
  "evil.md": markdown,
  "evil.ipynb": notebook,
  "evil.csv": `<script>${run}</script>,=cmd|' /C calc'!A0,__proto__\n"<img src=x onerror=${run}>",javascript:${run},\u202etxt.exe\n`,
  "evil.svg": svg,
  "broken.ipynb": "{ not JSON",
  "empty.ipynb": "[[[[[]]]]]",
};

/** Files that take a parser or a browser long. */
const slow = {
  // Some grammars take minutes for it.
  "slow.ts": "_a".repeat(40_000),
  "quotes.md": `${"> ".repeat(20_000)}a`,
  "lists.md": Array.from({ length: 1000 }, (_, n) => `${" ".repeat(n * 2)}- a`)
    .join("\n")
    .slice(0, 400_000),
  "brackets.md": `${"[".repeat(40_000)}${"![](".repeat(20_000)}`,
  "tags.md": "<details><sub>".repeat(20_000),
  "stars.md": `${"*a ".repeat(20_000)}${"b*".repeat(20_000)}`,
  "cells.csv": "1,2\n".repeat(250_000),
  "columns.csv": ",".repeat(500_000),
  "nested.ipynb": `{"cells": ${"[".repeat(200_000)}`,
};
const evil = "aa5a315d61ae9438b18d0000000bad04";
const endless = "aa5a315d61ae9438b18d0000000bad05";

beforeAll(async () => {
  const github = createClient(instance.github);
  await github.add("hubot", evil, { description: "Attacks on each viewer", files });
  for (const [n, [name, text]] of Object.entries(slow).entries())
    await github.add("hubot", `${endless.slice(0, 30)}${String(n + 10)}`, {
      files: { [name]: text, "last.md": "# Last\n" },
    });
});

describe("nothing of a rendered file runs, or leaves the page", () => {
  const visit = useVisits(() => instance.base, { before: trap });

  test.each(Object.keys(files))("%s", async (name) => {
    const explorer = await visit(`/?gist=${evil}&file=${name}`);
    const file = explorer.page.getByRole("region", { name, exact: true });
    await file.scrollIntoViewIfNeeded();
    await file.getByText("Loading …").waitFor({ state: "detached" });
    await expectHarmless(explorer);
    // What a user may press does no harm either.
    for (const button of await file.locator("th button, summary").all()) await button.click();
    await expectHarmless(explorer);
  });

  test("links to scripts are text", async () => {
    const { page } = await visit(`/?gist=${evil}&file=evil.md`);
    const document = page.getByRole("region", { name: "evil.md" }).locator(".prose");
    await document.waitFor();
    const links = await document.locator("a").evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
    expect(
      links.filter(
        (href) => !/^https?:\/\/(?:(?:www\.)?elsewhere\.example|example\.com|gist\.github\.com\/\w+)\//.test(href),
      ),
    ).toEqual([]);
    expect(links.length).toBeGreaterThan(1);
    expect(await document.locator(".no-link").count()).toBeGreaterThan(10);
  });

  test("an SVG is a picture of no origin", async () => {
    const { page } = await visit(`/?gist=${evil}&file=evil.svg`);
    const shown = page.getByRole("region", { name: "evil.svg" }).locator("img");
    await shown.waitFor();
    expect(await shown.getAttribute("src")).toMatch(/^data:image\/svg\+xml,/);
    expect(await shown.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(40);
  });

  test("a notebook that is none is shown as its source", async () => {
    const { page } = await visit(`/?gist=${evil}&file=broken.ipynb`);
    for (const name of ["broken.ipynb", "empty.ipynb"]) {
      const file = page.getByRole("region", { name });
      await file.scrollIntoViewIfNeeded();
      await file.getByText("This file cannot be rendered. Its source is shown.").waitFor();
      expect(await file.locator("pre code").textContent()).toBe(files[name as keyof typeof files]);
    }
  });
});

describe("a file that takes long does not hold the page up", () => {
  test.each(Object.keys(slow).map((name, n) => [name, n] as const))("%s", async (name, n) => {
    const { page, quiet } = await open("/");
    // Processor time of the page's thread: other programs may keep the machine busy.
    const devtools = await page.context().newCDPSession(page);
    await devtools.send("Performance.enable", { timeDomain: "threadTicks" });
    const busy = async () => {
      const { metrics } = await devtools.send("Performance.getMetrics");
      return metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN;
    };
    const before = await busy();
    await page.goto(`${instance.base}/?gist=${endless.slice(0, 30)}${n + 10}`);
    const file = page.getByRole("region", { name, exact: true });
    await file.waitFor();
    const all = file.getByRole("button", { name: "Show everything" });
    if (await all.isVisible()) await all.click();
    await file.getByText("Loading …").waitFor({ state: "detached" });
    for (const button of await file
      .locator("th button")
      .all()
      .then((found) => found.slice(0, 2)))
      await button.click();
    // Another file gets its turn, if need be after the time limit.
    const last = page.getByRole("region", { name: "last.md" });
    await last.getByRole("button", { name: "Source" }).click();
    await last.locator("code[data-coloured=markdown]").waitFor({ timeout: 20_000 });
    expect((await busy()) - before).toBeLessThan(3);
    await quiet();
  });
});
