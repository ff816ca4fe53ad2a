import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { instance } from "../../targets/instance.ts";
import { type Explorer, fits, useExplorer } from "../explorer/support.ts";

const open = useExplorer(() => instance.base);
const long = "aa5a315d61ae9438b18d00000000c4a6";
const lines = Array.from({ length: 1500 }, (_, n) => `line ${n} ${"word ".repeat(60)}`).join("\n");

beforeAll(async () => {
  const github = createClient(instance.github);
  await github.add("hubot", long, { description: "Long changes", files: { "a.txt": "start\n" } });
  await github.edit(long, { files: { "a.txt": lines }, comment: `${"A long comment.\n".repeat(1200)}Its end.` });
});

/** As the browser does before it prints. */
async function print({ page }: Explorer): Promise<void> {
  await page.emulateMedia({ media: "print" });
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
}

describe("in print", () => {
  test("all lines of a change are there, and none is cut", async () => {
    const explorer = await open(`/?gist=${long}&show=history`);
    const { page } = explorer;
    await page
      .getByRole("link", { name: /^Changes in/ })
      .first()
      .click();
    const file = page.getByRole("region", { name: "a.txt" });
    await file.getByRole("button", { name: /further lines/ }).waitFor();
    await print(explorer);
    expect(await file.locator("tr.added").count()).toBe(1500);
    const box = await file
      .locator(".changes")
      .evaluate(({ scrollHeight, clientHeight, scrollWidth, clientWidth }) => [
        scrollHeight - clientHeight,
        scrollWidth - clientWidth,
      ]);
    expect(box).toEqual([0, 0]);
    expect(await fits(page)).toBe(true);
  });

  test("all of a comment is there", async () => {
    const explorer = await open(`/?gist=${long}&show=comments`);
    await print(explorer);
    await explorer.page.getByText("Its end.").last().waitFor();
  });

  test("what is to be pressed is not, and addresses are in words", async () => {
    const explorer = await open(`/?user=octocat&filter=hello`, { colorScheme: "dark" });
    const { page } = explorer;
    await print(explorer);
    for (const selector of ["#search", "#receipt", ".pager", ".selection", "footer"])
      expect(await page.locator(selector).first().isVisible(), selector).toBe(false);
    expect(await page.locator(".print-address").textContent()).toBe(page.url());
    const first = page.locator(".card-link").first();
    const shown = await first.evaluate((link) => getComputedStyle(link, "::after").content);
    expect(shown).toContain((await first.getAttribute("href")) ?? "none");
    // On paper, dark colours would be ink.
    expect(await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)).toBe(
      "rgb(247, 247, 245)",
    );
  });
});

describe("on a phone", () => {
  const phone = { viewport: { width: 390, height: 844 } };

  test("the content is first, and what the edge did is a bar of one line", async () => {
    const { page, badge } = await open(`/?gist=${notable.forked}`, phone);
    const top = async (selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN;
    expect(await top("#view h1")).toBeLessThan(250);
    const bar = (await page.locator("#receipt").boundingBox()) ?? { y: 0, height: 0 };
    expect(bar.height).toBeLessThan(60);
    expect(bar.y + bar.height).toBeCloseTo(844, 0);
    expect(await badge()).not.toBe("");
    await page.locator(".more > summary").click();
    expect(await page.getByRole("meter", { name: "GitHub budget left" }).isVisible()).toBe(true);
    expect(await page.locator("#receipt .sentence").isVisible()).toBe(true);
  });

  test.each([
    ["Hit", 390, true],
    ["Revalidated", 390, false],
    ["Stale if error", 320, false],
  ])("the bar has room for %s at %i pixels: nothing lies over another", async (word, width, showsAge) => {
    const { page } = await open("/?user=octocat", { viewport: { width, height: 700 } });
    const found = await page.evaluate((word) => {
      const find = (selector: string) => document.querySelector<HTMLElement>(selector) as HTMLElement;
      find("#receipt .badge").textContent = word;
      const [bar, age] = [find(".main-facts").getBoundingClientRect(), find(".main-facts dd span")];
      const ages = age.getBoundingClientRect();
      const boxes = [".badge", ".more > summary", ".again"].map((name) =>
        find(`#receipt ${name}`).getBoundingClientRect(),
      );
      const isShown = ages.top < bar.bottom;
      const all = isShown ? [...boxes, ages] : boxes;
      all.sort((a, b) => a.left - b.left);
      return { isShown, gaps: all.slice(1).map(({ left }, n) => left - (all[n]?.right ?? 0)) };
    }, word);
    expect(found.isShown).toBe(showsAge);
    expect(Math.min(...found.gaps)).toBeGreaterThanOrEqual(0);
  });

  test("what has the focus is not below the bar", async () => {
    const { page } = await open("/?user=octocat", phone);
    const bar = (await page.locator("#receipt").boundingBox()) ?? { y: 0 };
    for (let n = 0; n < 20; n += 1) await page.keyboard.press("j");
    const focused = await page.evaluate(() => document.activeElement?.getBoundingClientRect().bottom ?? Infinity);
    expect(focused).toBeLessThanOrEqual(bar.y);
  });

  test("the end of the page is not below the bar", async () => {
    const { page } = await open("/?user=octocat", phone);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const bar = (await page.locator("#receipt").boundingBox()) ?? { y: 0 };
    const end = (await page.locator("footer").boundingBox()) ?? { y: 0, height: Infinity };
    expect(end.y + end.height).toBeLessThanOrEqual(bar.y + 1);
  });
});
