import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { instance } from "../../targets/instance.ts";
import { expectHarmless, trap } from "./harmless.ts";
import { useExplorer, useVisits } from "./support.ts";

const open = useExplorer(() => instance.base);

/** Attacks by a gist's author, in each language that has its own grammar for colours. */
const markup = "<script>alert('ran')</script><img src=x onerror=alert('ran')><svg onload=alert('ran')></svg>";
const files: Record<string, string> = {
  "page.html": `<!doctype html>\n<style>body{display:none}</style>${markup}<script src="https://elsewhere.example/x.js"></script>\n`,
  "picture.svg": `<svg xmlns="http://www.w3.org/2000/svg" onload="alert('ran')"><script>alert('ran')</script><use href="data:,x"/></svg>\n`,
  "read.md": `[click](javascript:alert('ran')) ![x](https://elsewhere.example/p.png)\n\n${markup}\n`,
  "code.js": `const s = \`\${"${markup}"}\`; // </code></pre>${markup}\n`,
  "query.sql": `SELECT '${markup}';\n`,
  "site.css": `@import "https://elsewhere.example/x.css"; a { background: url(https://elsewhere.example/p.png) } /* ${markup} */\n`,
  "data.json": JSON.stringify({ __proto__: markup, constructor: markup }),
  "patch.diff": `--- a\n+++ ${markup}\n-${markup}\n`,
  [`${markup}.rb`]: `puts "${markup}"\n`,
  "hidden.js": "a\u3164b1\ufe0f \u061cc \u00add x\u200dy 'z\ufe00\u{e0101}\u{e0041}'\n"
    // A flag has six tags and an end: what follows them is hidden text.
    .concat("\u{1f3f4}", "\u{e0042}".repeat(8))
    // Two kinds of joiners could write anything.
    .concat("\u0645\u200c\u200d\u200c"),
  "written.txt":
    "\u2764\ufe0f 1\ufe0f\u20e3 \u{1f469}\u200d\u{1f4bb} \u0645\u06cc\u200c\u062e \u8fbb\u{e0101} \u{1f3f4}\u{e0067}\u{e0062}\u{e007f}\n",
  "trojan.c": "/* \u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */\n",
};
const hostile = "aa5a315d61ae9438b18d0000000bad02";
const huge = "aa5a315d61ae9438b18d0000000bad03";

beforeAll(async () => {
  const github = createClient(instance.github);
  await github.add("hubot", hostile, { description: `${markup} \u202etxt.exe`, files });
  const line = `${"x".repeat(400_000)}<script>alert('ran')</script>`;
  await github.add("hubot", huge, {
    description: "Long ".repeat(2000),
    files: { "one-line.js": line, [`${"long-name-".repeat(24)}.txt`]: "short\n", "many.rb": "puts 1\n".repeat(60_000) },
  });
});

describe("nothing of a gist runs", () => {
  const visit = useVisits(() => instance.base, { before: trap });

  test.each([notable.hostile, hostile, notable.rightToLeft, notable.binary, huge])("in %s", async (id) => {
    const explorer = await visit(`/?gist=${id}`);
    await explorer.page.mouse.wheel(0, 4000);
    await expectHarmless(explorer);
  });

  test.each(["/?user=octocat", "/?user=hubot", "/?public"])("in the list %s", async (path) => {
    const explorer = await visit(path);
    expect(await explorer.page.locator(".card").count()).toBeGreaterThan(0);
    await expectHarmless(explorer);
  });

  test.each([
    `/?user=${encodeURIComponent(markup)}`,
    `/?gist=${encodeURIComponent(markup)}`,
    `/?gist=${notable.forked}&file=${encodeURIComponent(markup)}`,
    `/?q=${encodeURIComponent(markup)}`,
    "/?gist=..%2F..%2Fhealth",
  ])("in the address %s", async (path) => {
    const explorer = await visit(path);
    explorer.watched.troubles.length = 0;
    await expectHarmless(explorer);
  });
});

test("what was written is what is shown and copied, letter by letter", async () => {
  const { page } = await open(`/?gist=${hostile}`, { permissions: ["clipboard-read", "clipboard-write"] });
  for (const name of [
    "page.html",
    "picture.svg",
    "read.md",
    "code.js",
    "query.sql",
    "site.css",
    "data.json",
    "patch.diff",
  ]) {
    const file = page.getByRole("region", { name, exact: true });
    await file.scrollIntoViewIfNeeded();
    if (/\.(?:md|svg)$/.test(name)) await file.getByRole("button", { name: "Source" }).click();
    await file.locator("code[data-coloured]").waitFor();
    expect(await file.locator("pre code").textContent(), name).toBe(files[name]?.replace(/\n$/, ""));
  }
  await page.getByRole("button", { name: "Copy page.html" }).click();
  await page.getByText("Copied", { exact: true }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(files["page.html"]);
});

test("characters that reorder text are named", async () => {
  const { page } = await open(`/?gist=${hostile}`);
  const file = page.getByRole("region", { name: "trojan.c" });
  await file.getByText("This file holds characters that reorder text.").waitFor();
  expect(await file.locator(".unseen").allTextContents()).toEqual(["U+202E", "U+2066", "U+2069", "U+2066"]);
  expect(await page.locator("h1 .unseen").textContent()).toBe("U+202E");
});

test("characters that hide text are named, and those that writing needs are not", async () => {
  const { page } = await open(`/?gist=${hostile}`);
  const named = page.getByRole("region", { name: "hidden.js" }).locator(".unseen");
  const names = [
    "U+3164",
    "U+FE0F",
    "U+061C",
    "U+00AD",
    "U+200D",
    "U+FE00",
    "U+E0101",
    "U+E0041",
    "U+E0042",
    "U+200D",
    "U+200C",
  ];
  await expect.poll(() => named.allTextContents()).toEqual(names);
  const written = page.getByRole("region", { name: "written.txt" }).locator("pre code");
  expect(await written.textContent()).toBe(files["written.txt"]?.trimEnd());
});

test("huge lines are cut in sight, and shown whole on demand", async () => {
  const { page } = await open(`/?gist=${huge}`);
  const file = page.getByRole("region", { name: "one-line.js" });
  await file.getByText("Shown: 1 line up to character 2,000.").waitFor();
  expect(((await file.locator("pre code").textContent()) ?? "").length).toBeLessThan(2100);
  await file.getByRole("button", { name: "Show everything" }).click();
  expect(((await file.locator("pre code").textContent()) ?? "").length).toBeGreaterThan(400_000);
  const many = page.getByRole("region", { name: "many.rb" });
  await many.getByText("Shown: the first 1,000 of 60,000 lines.").waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(
    true,
  );
});
