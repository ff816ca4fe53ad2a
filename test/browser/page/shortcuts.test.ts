import { describe, expect, test } from "vitest";
import { notable } from "../../../stand-in/octocat.ts";
import { instance } from "../../targets/instance.ts";
import { violations } from "../axe.ts";
import { useExplorer } from "../explorer/support.ts";

const open = useExplorer(() => instance.base);

describe("a key", () => {
  test("steps through a list, opens a gist and its views", async () => {
    const { page, settled, quiet } = await open("/?user=octocat");
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    const names = await page.locator(".card-link").allTextContents();
    for (const n of [0, 1, 2]) {
      await page.keyboard.press("j");
      expect(await focused()).toBe(names[n]);
    }
    await page.keyboard.press("k");
    await page.keyboard.press("k");
    expect(await focused()).toBe(names[0]);
    await page.keyboard.press("Enter");
    await settled();
    for (const [key, show] of [
      ["2", "history"],
      ["3", "forks"],
      ["4", "comments"],
      ["1", null],
    ] as const) {
      await page.keyboard.press(key);
      await settled();
      expect(new URL(page.url()).searchParams.get("show")).toBe(show);
    }
    await quiet();
  });

  test("turns pages, asks again, changes colours, and goes to the fields", async () => {
    const { page, settled, quiet } = await open("/?user=octocat");
    await page.keyboard.press("n");
    await settled();
    expect(new URL(page.url()).searchParams.get("page")).toBe("2");
    await page.keyboard.press("p");
    await settled();
    expect(new URL(page.url()).searchParams.get("page")).toBe("1");
    await page.keyboard.press("r");
    await expect.poll(() => page.locator(".log li").count()).toBe(4);
    await page.keyboard.press("t");
    expect(await page.getByRole("button", { name: "Dark colours" }).getAttribute("aria-pressed")).toBe("true");
    await page.keyboard.press("f");
    // In a field a key is a letter.
    await page.keyboard.type("n?");
    expect(await page.getByRole("searchbox").inputValue()).toBe("n?");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("heading", { level: 1 }).click();
    await page.keyboard.press("/");
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("field");
    await quiet();
  });

  test.each(["Control", "Alt", "Meta"])("with %s is the browser's", async (modifier) => {
    const { page } = await open(`/?gist=${notable.forked}`);
    await page.keyboard.press(`${modifier}+2`);
    await page.keyboard.press(`${modifier}+?`);
    await page.waitForTimeout(200);
    expect(new URL(page.url()).searchParams.get("show")).toBeNull();
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("without a meaning on a page does nothing", async () => {
    const { page, quiet } = await open("/");
    for (const key of ["j", "k", "n", "p", "1", "f", "r", "x", "Escape"]) await page.keyboard.press(key);
    await expect.poll(() => new URL(page.url()).search).toBe("");
    await quiet();
  });
});

describe.each(["light", "dark"] as const)("the sheet of keys, in %s colours", (colorScheme) => {
  test("has the focus until Escape, and gives it back", async () => {
    const { page, quiet } = await open("/?user=hubot", { colorScheme });
    await page.keyboard.press("j");
    await page.keyboard.press("?");
    const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await sheet.waitFor();
    expect(await violations(page)).toEqual([]);
    for (let n = 0; n < 8; n += 1) {
      await page.keyboard.press("Tab");
      // After the last one the browser's own controls come, which are the document's body to the page.
      const isInside = await page.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null,
      );
      expect(isInside).toBe(true);
    }
    await page.keyboard.press("n");
    await expect.poll(() => new URL(page.url()).search).toBe("?user=hubot");
    await page.keyboard.press("Escape");
    expect(await sheet.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.className)).toBe("card-link");
    await quiet();
  });
});

test("keys can be turned off, for later visits too, and on again by the button", async () => {
  const { page, go } = await open("/?user=hubot");
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Use these keys" }).uncheck();
  await page.getByRole("button", { name: "Close" }).click();
  await go("/?user=hubot");
  await page.keyboard.press("j");
  await page.keyboard.press("?");
  await page.waitForTimeout(200);
  expect(await page.getByRole("dialog").count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.className)).not.toBe("card-link");
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await page.getByRole("checkbox", { name: "Use these keys" }).check();
  await page.mouse.click(5, 5);
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.keyboard.press("j");
  expect(await page.evaluate(() => document.activeElement?.className)).toBe("card-link");
});
