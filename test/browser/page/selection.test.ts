import { describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { instance } from "../../targets/instance.ts";
import { expectHarmless, trap } from "../explorer/harmless.ts";
import { useExplorer, useVisits } from "../explorer/support.ts";

const base = () => instance.base;
const open = useExplorer(base);

describe("the gists that are loaded", () => {
  const visit = useVisits(base);

  test("are filtered while one types, and the address keeps it", async () => {
    const { page, quiet } = await open("/?user=octocat");
    const asked: string[] = [];
    page.on("request", (request) => void asked.push(request.url()));
    await page.getByRole("searchbox", { name: "Filter" }).fill("hello");
    await page.getByText(/^\d+ of the 30 loaded gists$/).waitFor();
    const count = await page.locator(".card").count();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(30);
    // Further files' names count as well, and are not shown.
    for (const text of await page.locator(".card:not(:has(.more-files))").allTextContents())
      expect(text.toLowerCase()).toContain("hello");
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat&filter=hello");
    await expect.poll(() => page.getByRole("status").textContent()).toBe(`${count} of the 30 loaded gists`);
    expect(asked.filter((url) => url.startsWith(`${base()}/users/`))).toEqual([]);
    await page.getByRole("searchbox").fill("no gist has this");
    await page.getByText("None of the 30 loaded gists").waitFor();
    await page.getByRole("searchbox").fill("");
    await expect.poll(() => page.locator(".card").count()).toBe(30);
    await quiet();
  });

  test("are sorted, and of one language", async () => {
    const { page, settled } = await visit("/?user=octocat");
    await page.getByRole("combobox", { name: "Sort" }).selectOption("Most comments");
    expect(await page.locator(".card").first().textContent()).toContain("45 comments");
    await page.getByRole("combobox", { name: "Language" }).selectOption("Ruby");
    const languages = await page.locator(".card").evaluateAll((cards) => cards.map((card) => card.textContent));
    expect(languages.length).toBeGreaterThan(0);
    for (const text of languages) expect(text).toContain("Ruby");
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat&language=Ruby&sort=comments");
    // On the next page, and after the edge is asked again, it is the same choice.
    await page.getByRole("link", { name: "Next page" }).click();
    await settled();
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat&page=2&language=Ruby&sort=comments");
    await page.getByRole("button", { name: "Ask again" }).click();
    await settled();
    expect(await page.getByRole("combobox", { name: "Language" }).inputValue()).toBe("Ruby");
  });

  test("are as they were when one comes back", async () => {
    const { page, settled } = await open("/?user=octocat");
    await page.getByRole("searchbox").fill("hello_world.rb");
    const count = await page.locator(".card").count();
    await page.locator(".card-link").first().click();
    await settled();
    await page.goBack();
    await page.locator(".card").first().waitFor();
    expect(await page.getByRole("searchbox").inputValue()).toBe("hello_world.rb");
    expect(await page.locator(".card").count()).toBe(count);
  });

  test.each([
    ["filter=hello&sort=oldest", "hello", "oldest"],
    ["sort=constructor&language=constructor", "", ""],
  ])("of an address with %s are selected", async (query, filter, sort) => {
    const { page, quiet } = await visit(`/?user=octocat&${query}`);
    expect(await page.getByRole("searchbox").inputValue()).toBe(filter);
    expect(await page.getByRole("combobox", { name: "Sort" }).inputValue()).toBe(sort);
    await quiet();
  });
});

describe("all pages", () => {
  test("are shown in one list, which is filtered as a whole", async () => {
    const { page, settled, badge, quiet } = await open("/?user=octocat");
    await page.getByRole("searchbox").fill("notes");
    await page.getByRole("link", { name: "Show all pages" }).click();
    await settled();
    await expect.poll(() => new URL(page.url()).search).toBe("?user=octocat&all=true&filter=notes");
    await page.getByText(/^\d+ of the 1\d\d loaded gists$/).waitFor();
    // One outcome stands for all pages.
    expect(["Miss", "Hit", "Stale", "Revalidated"]).toContain(await badge());
    await page.getByRole("searchbox").fill("");
    expect(await page.locator(".card").count()).toBeGreaterThan(100);
    await page.getByRole("link", { name: "Page by page" }).click();
    await settled();
    expect(await page.locator(".card").count()).toBe(30);
    await quiet();
  });

  test("of the most that GitHub gives stay usable", async () => {
    const { page, quiet } = await open("/?user=prolific&all=true");
    expect(await page.locator(".card").count()).toBe(3000);
    const took = await page.evaluate(async () => {
      const field = document.querySelector("#filter") as HTMLInputElement;
      const started = performance.now();
      field.value = "hello";
      field.dispatchEvent(new Event("input"));
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
      return performance.now() - started;
    });
    expect(took).toBeLessThan(3000);
    expect(await page.locator(".card").count()).toBeLessThan(3000);
    await quiet();
  });
});

test("nothing of a hostile list runs, whatever it is filtered by", async () => {
  // No other test has this list in the cache already.
  const nobodyElses = "old--timer";
  const markup = "<img src=x onerror=alert('ran')>";
  await createClient(instance.github).add(nobodyElses, "aa5a315d61ae9438b18d0000000bad09", {
    description: `${markup} \u202etxt.exe`,
    files: { [`${markup}.html`]: markup },
  });
  const explorer = await open(
    `/?user=${nobodyElses}&filter=${encodeURIComponent(markup)}&language=${encodeURIComponent(markup)}`,
    {
      before: trap,
    },
  );
  expect(await explorer.page.locator(".card").count()).toBe(0);
  await explorer.page.getByRole("combobox", { name: "Language" }).selectOption("All languages");
  await expect.poll(() => explorer.page.locator(".card").count()).toBeGreaterThan(0);
  await expectHarmless(explorer);
});
