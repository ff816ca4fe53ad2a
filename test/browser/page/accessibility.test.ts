import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { viewed } from "../../../docs/generate/sample-files.ts";
import { createClient } from "../../../stand-in/client.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { hex } from "../../../stand-in/seeded.ts";
import { instance } from "../../targets/instance.ts";
import { violations } from "../axe.ts";
import { fits, tabTo, useExplorer, useVisits } from "../explorer/support.ts";

const base = () => instance.base;
const open = useExplorer(base);

const everyViewer = "aa5a315d61ae9438b18d00000000f11f";

beforeAll(async () => {
  const github = createClient(instance.github);
  await github.add("octocat", everyViewer, { description: "A file for each viewer", files: viewed });
});

/** All files are near the window in turn, so that each is drawn. */
async function draw(page: Page): Promise<void> {
  for (const file of await page.locator("section.file").all()) {
    await file.scrollIntoViewIfNeeded();
    await file.getByText("Loading …").waitFor({ state: "detached" });
  }
}

/** The name of a gist's nth revision at the stand-in. */
const shaOf = (gist: string, n: number) => hex(`${gist} revision ${n}`, 40);

const views = {
  "the front page": "/",
  "a list": "/?user=octocat&page=2",
  "everyone's list": "/?public",
  "a filtered list": "/?user=octocat&all=true&filter=hello&sort=comments",
  "a gist": `/?gist=${notable.forked}`,
  "many files": `/?gist=${notable.manyFiles}`,
  "a hostile gist": `/?gist=${notable.hostile}`,
  "a revision": `/?gist=${notable.forked}&revision=${shaOf(notable.forked, 2)}`,
  "the changes of a revision": `/?gist=${notable.forked}&to=${shaOf(notable.forked, 4)}`,
  "the history": `/?gist=${notable.revised}&show=history`,
  forks: `/?gist=${notable.forked}&show=forks`,
  comments: `/?gist=${notable.talkative}&show=comments`,
  "a gist without comments": `/?gist=${notable.revised}&show=comments`,
  "a cut file": `/?gist=${notable.truncated}`,
  "right to left": `/?gist=${notable.rightToLeft}`,
  "each viewer": `/?gist=${everyViewer}`,
  nobody: "/?user=nobody-of-that-name",
  "a refusal": "/?user=hubot&page=x",
  nothing: "/?user=empty-handed",
};

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  const visit = useVisits(base, { colorScheme });
  const visitSmall = useVisits(base, { colorScheme, viewport: { width: 360, height: 740 } });

  test.each(Object.entries(views))("axe finds nothing wrong with %s", async (_, path) => {
    const { page } = await visit(path);
    if (path === views["each viewer"]) await draw(page);
    expect(await violations(page)).toEqual([]);
  });

  test.each([
    views["the front page"],
    views["a list"],
    views["a gist"],
    views["the changes of a revision"],
    views["the history"],
    views["forks"],
    views["comments"],
    views["each viewer"],
  ])("nor on a small screen with %s", async (path) => {
    const { page } = await visitSmall(path);
    const more = page.locator(".more > summary");
    if (await more.isVisible()) await more.click();
    if (path === views["each viewer"]) await draw(page);
    expect(await violations(page)).toEqual([]);
  });
});

describe.each([320, 390, 768, 1024])("%i pixels wide", (width) => {
  const visit = useVisits(base, { viewport: { width, height: 740 } });

  test.each(Object.entries(views))("%s fits", async (_, path) => {
    const { page } = await visit(path);
    if (path === views["each viewer"]) await draw(page);
    expect(await fits(page)).toBe(true);
    // Nothing that is to be pressed is cut off.
    const cut = await page.locator("main a, main button, header a, header button, input").evaluateAll((elements) =>
      elements
        .filter(
          (element) => element.checkVisibility() && !element.closest(".code, .changes, .data, .table-box, pre, .skip"),
        )
        .filter((element) => {
          const { left, right } = element.getBoundingClientRect();
          return left < -1 || right > innerWidth + 1;
        })
        .map((element) => element.outerHTML.slice(0, 120)),
    );
    expect(cut).toEqual([]);
  });
});

describe("by keyboard only", () => {
  test("a user's gist is found, read and left again", async () => {
    const { page, settled, quiet } = await open();
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Skip to the content");
    await tabTo(page, page.getByRole("textbox"));
    await page.keyboard.type("hubot");
    await page.keyboard.press("Enter");
    await settled();
    // The new content is where one is now.
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await tabTo(page, page.locator(".card-link").nth(1));
    await page.keyboard.press("Enter");
    await settled();
    expect(new URL(page.url()).searchParams.has("gist")).toBe(true);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H1");
    await tabTo(page, page.locator(".code").first());
    await tabTo(page, page.getByRole("button", { name: "Ask again" }));
    await page.keyboard.press("Enter");
    await page.locator(".log li").nth(2).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Ask again");
    // Chromium without a window has no shortcut for this.
    await page.goBack();
    await page.locator(".card").first().waitFor();
    await quiet();
  });

  test("every place that has the focus shows it", async () => {
    const { page } = await open(`/?gist=${notable.forked}`);
    for (let n = 0; n < 16; n += 1) {
      await page.keyboard.press("Tab");
      const shown = await page.evaluate(() => {
        const element = document.activeElement;
        if (!element || element === document.body) return "outline";
        return getComputedStyle(element).outlineStyle === "none" ? element.outerHTML.slice(0, 100) : "outline";
      });
      expect(shown).toBe("outline");
    }
  });
});

test("landmarks, headings and changes are there for those who do not see them", async () => {
  const { page, settled } = await open("/?user=hubot");
  for (const role of ["banner", "main", "search", "contentinfo"] as const)
    expect(await page.getByRole(role).count(), role).toBe(1);
  expect(await page.getByRole("complementary", { name: "What the edge did" }).count()).toBe(1);
  expect(await page.getByRole("navigation", { name: "Service" }).count()).toBe(1);
  expect(await page.getByRole("heading", { level: 1 }).count()).toBe(1);
  await page.locator(".card-link").first().click();
  await settled();
  expect(await page.getByRole("status").textContent()).toMatch(/^Gist with \d+ files?\. \w+, \d+ seconds? old\.$/);
});
