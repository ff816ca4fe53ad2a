import { describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { instance } from "../../targets/instance.ts";
import { useExplorer, useVisits } from "./support.ts";

const open = useExplorer(() => instance.base);
const github = () => createClient(instance.github);

describe("a username", () => {
  test("is typed, its gists are paged through, one is opened and read", async () => {
    const { page, settled, badge, quiet } = await open();
    await page.getByRole("textbox", { name: "GitHub username or gist id" }).fill("octocat");
    await page.getByRole("button", { name: "Show" }).click();
    await settled();
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat");
    expect(await page.title()).toBe("octocat · Edge Gists");
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain("octocat");
    expect(await page.locator(".card").count()).toBe(30);
    // Which it is depends on the tests before; none of them made GitHub fail.
    expect(["Miss", "Hit", "Stale", "Revalidated"]).toContain(await badge());

    await page.getByRole("link", { name: "Next page" }).click();
    await settled();
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat&page=2");
    await page.getByText("Page 2 of 5").waitFor();

    await page.getByRole("link", { name: "First page" }).click();
    await settled();
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat&page=1");
    await page.locator(".card-link", { hasText: "hello_world.rb" }).first().click();
    await settled();
    expect(new URL(page.url()).searchParams.get("gist")).toBe(notable.forked);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Hello world!");
    await page.locator("code[data-coloured=ruby] .t-keyword", { hasText: "class" }).waitFor();
    expect(await page.locator(".code code").first().textContent()).toContain("@name = name.capitalize");
    await quiet();
  });

  test("with pages asks for the service's own Links as they are", async () => {
    const { page, settled, quiet } = await open("/?user=Torvalds-Test&per_page=10");
    const request = page.waitForRequest((asked) => asked.url().includes("/gists?"));
    await page.getByRole("link", { name: "Next page" }).click();
    const target = new URL((await request).url());
    await settled();
    const first = await fetch(`${instance.base}/users/Torvalds-Test/gists?per_page=10`);
    const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
    expect(`${target.pathname}${target.search}`).toBe(new URL(next).pathname + new URL(next).search);
    expect(await page.locator(".card").count()).toBe(10);
    await quiet();
  });
});

describe("addresses", () => {
  const visit = useVisits(() => instance.base);

  test.each([
    [`/?gist=${notable.forked}`, "Hello world!"],
    ["/?user=hubot", "hubot"],
    ["/?public", "Everyone's public gists"],
    ["/?q=hubot", "hubot"],
    [`/?q=https://gist.github.com/octocat/${notable.forked}`, "Hello world!"],
  ])("%s shows %s", async (path, heading) => {
    const { page, quiet } = await visit(path);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toContain(heading);
    await quiet();
  });

  test("lead to one file among many", async () => {
    const { page, quiet } = await open(`/?gist=${notable.manyFiles}&file=file-030.rb`);
    expect(await page.locator("section.file").count()).toBe(40);
    await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(500);
    await page.locator("summary", { hasText: "40 files" }).click();
    await page.getByRole("link", { name: "file-002.rb", exact: true }).click();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("file-002.rb");
    await quiet();
  });

  test("go back and forward, to the earlier position", async () => {
    const { page, settled, quiet } = await open("/?user=octocat");
    const link = page.locator(".card-link").nth(12);
    await link.scrollIntoViewIfNeeded();
    const href = await link.getAttribute("href");
    const y = await page.evaluate(() => scrollY);
    expect(y).toBeGreaterThan(0);
    await link.click();
    await settled();
    expect(await page.evaluate(() => scrollY)).toBe(0);
    await page.goBack();
    await page.locator(".card").first().waitFor();
    await settled();
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(y);
    expect(await page.evaluate(() => document.activeElement?.getAttribute("href"))).toBe(href);
    await page.goForward();
    await page.locator("section.file").first().waitFor();
    await quiet();
  });
});

describe("what the edge did", () => {
  test("is a miss, then a hit that cost GitHub nothing", async () => {
    const id = "aa5a315d61ae9438b18d0000000e8b01";
    await github().add("hubot", id, { description: "asked twice", files: { "a.txt": "a\n" } });
    const { page, badge, quiet } = await open(`/?gist=${id}`);
    expect(await badge()).toBe("Miss");
    const calls = async () => (await github().calls(`/gists/${id}`)).length;
    expect(await calls()).toBe(1);
    await page.getByRole("button", { name: "Ask again" }).click();
    await page.locator("#receipt .badge.hit").waitFor();
    expect(await calls()).toBe(1);
    const meter = page.getByRole("meter", { name: "Age against lifetime" });
    expect(await meter.getAttribute("aria-valuetext")).toMatch(/^\d+ s of 60 s$/);
    expect(await page.getByRole("meter", { name: "GitHub budget left" }).getAttribute("aria-valuetext")).toMatch(
      /^4,\d{3} of 4,750$/,
    );
    expect(await page.locator(".log li").count()).toBe(2);
    expect(await page.getByRole("status").textContent()).toMatch(/^Gist with \d files?\. Hit, \d+ seconds? old\.$/);
    await quiet();
  });

  test("counts up while one looks", async () => {
    const { page, quiet } = await open("/?user=mona_acme");
    const words = () => page.getByRole("meter", { name: "Age against lifetime" }).getAttribute("aria-valuetext");
    const before = Number.parseInt((await words()) ?? "", 10);
    await expect
      .poll(async () => Number.parseInt((await words()) ?? "", 10), { timeout: 5000 })
      .toBeGreaterThan(before);
    await quiet();
  });
});

describe("files", () => {
  const visit = useVisits(() => instance.base);

  test("are copied whole", async () => {
    const { page, quiet } = await open(`/?gist=${notable.forked}`, {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await page.getByRole("button", { name: "Copy hello_world.rb" }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^class HelloWorld\n[^]*end\n$/);
    await quiet();
  });

  test("that GitHub cuts say so, and lead to the whole", async () => {
    const { page, quiet } = await visit(`/?gist=${notable.truncated}`);
    const big = page.locator("section.file", { hasText: "big.csv" });
    await big.getByText("this is the first 1.0 MB of 2.4 MB").waitFor();
    const raw = big.getByRole("link", { name: "Open the whole file" });
    expect(await raw.getAttribute("href")).toBe(`/gists/${notable.truncated}/raw/big.csv`);
    expect(
      (await page.request.head(`${instance.base}/gists/${notable.truncated}/raw/big.csv`)).headers()["content-length"],
    ).toBe("2400000");
    const lines = () => big.locator("pre code").evaluate((element) => element.textContent.split("\n").length);
    expect(await lines()).toBe(1000);
    await big.getByRole("button", { name: "Show everything" }).click();
    expect(await lines()).toBeGreaterThan(10_000);
    await quiet();
  });

  test("that GitHub leaves out are not called empty, and lead to the whole", async () => {
    const { page, quiet } = await visit(`/?gist=${notable.truncated}`);
    for (const [name, size] of [
      ["small.txt", "9 B"],
      ["huge.json", "12.6 MB"],
    ]) {
      const file = page.locator("section.file", { hasText: name });
      await file.getByText("GitHub left this file out").waitFor();
      expect(await file.textContent()).not.toMatch(/empty|first 0/i);
      const raw = file.getByRole("link", { name: `Open all ${size}` });
      expect(await raw.getAttribute("href")).toBe(`/gists/${notable.truncated}/raw/${name}`);
      expect(await file.getByRole("button", { name: /^Copy/ }).count()).toBe(0);
    }
    await quiet();
  });

  test("that are empty are called so", async () => {
    const id = "aa5a315d61ae9438b18d00000000e0e0";
    await github().add("hubot", id, { description: "Nothing", files: { "nothing.txt": "" } });
    const { page } = await visit(`/?gist=${id}`);
    await page.locator("section.file").getByText("This file is empty.").waitFor();
  });

  test("beyond 300 are missed in words", async () => {
    const { page, quiet } = await visit(`/?gist=${notable.tooManyFiles}`);
    await page.getByText("GitHub shows 300 files of this gist and leaves out the rest.").waitFor();
    expect(await page.locator("section.file").count()).toBe(300);
    await quiet();
  });

  test("that are no text are not shown as text", async () => {
    const { page, quiet } = await visit(`/?gist=${notable.binary}`);
    await page.getByText("A binary file (image/png): not shown as text.").waitFor();
    expect(await page.locator(".unseen", { hasText: "U+001B" }).count()).toBe(1);
    await quiet();
  });
});

test("colours follow the system until one chooses, and the choice stays", async () => {
  const { page, go, quiet } = await open("/", { colorScheme: "dark" });
  const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(await background()).toBe("rgb(14, 18, 22)");
  const toggle = page.getByRole("button", { name: "Dark colours" });
  expect(await toggle.getAttribute("aria-pressed")).toBe("true");
  await toggle.click();
  expect(await background()).toBe("rgb(247, 247, 245)");
  await go("/?user=hubot");
  expect(await background()).toBe("rgb(247, 247, 245)");
  expect(await toggle.getAttribute("aria-pressed")).toBe("false");
  await quiet();
});
