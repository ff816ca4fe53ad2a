import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { notable } from "../../../stand-in/octocat.ts";
import { instance } from "../../targets/instance.ts";
import { fits, useExplorer, useVisits } from "../explorer/support.ts";

const base = () => instance.base;
const open = useExplorer(base);
const github = () => createClient(instance.github);
const edited = "aa5a315d61ae9438b18d0000000ed17e";
const huge = "aa5a315d61ae9438b18d0000000ed1f5";
const filler = Array.from({ length: 40 }, (_, n) => `// line ${n}\n`).join("");
/** Two texts of which no line is the same. */
const different = (letter: string) => Array.from({ length: 30_000 }, (_, n) => `${letter}${n}`).join("\n");

beforeAll(async () => {
  await github().add("octocat", edited, {
    description: "Edited twice",
    files: {
      "code.ts": `const first = 1;\n${filler}export { first };\n`,
      "old-name.md": "# Notes\n\nOne\n\nTwo\n",
      "gone.txt": "bye\n",
      "same.txt": "same\n",
    },
  });
  await github().edit(edited, {
    files: {
      "code.ts": `const second = 2;\n${filler}export { second };`,
      "old-name.md": null,
      "new-name.md": "# Notes\n\nOne\n\nTwo\n\nThree\n",
      "gone.txt": null,
      "fresh.sh": "echo hello\n",
    },
  });
  await github().add("octocat", huge, { description: "Rewritten", files: { "a.txt": different("a"), "b.txt": "b\n" } });
  await github().edit(huge, { files: { "a.txt": different("z"), "b.txt": "c\n" } });
});

describe("the history of a gist", () => {
  const visit = useVisits(base);

  test("is a tab of the gist, with its revisions page by page", async () => {
    const { page, settled, quiet } = await open(`/?gist=${notable.revised}`);
    const tab = page.getByRole("navigation", { name: "Gist" }).getByRole("link", { name: "History 60" });
    await tab.click();
    await settled();
    await expect.poll(() => new URL(page.url()).search).toBe(`?gist=${notable.revised}&show=history`);
    expect(await page.title()).toBe(`History of Gist ${notable.revised} · Edge Gists`);
    expect(await page.getByRole("heading", { level: 1 }).textContent()).toBe("Sixty revisions");
    expect(await tab.getAttribute("aria-current")).toBe("page");
    expect(await page.locator(".revision").count()).toBe(30);
    await page.getByText("Page 1 of 2 · 30 revisions").waitFor();
    await page.getByRole("link", { name: "Next page" }).click();
    await settled();
    expect(await page.locator(".revision").count()).toBe(30);
    await quiet();
  });

  test("asks for the gist only where it is not known yet", async () => {
    const id = "aa5a315d61ae9438b18d0000000e8b07";
    await github().add("hubot", id, { description: "asked for parts", files: { "a.txt": "a\n" } });
    const { page, settled } = await open(`/?gist=${id}`);
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (pathname.startsWith("/gists/")) asked.push(pathname);
    });
    for (const name of ["History", "Forks", "Comments"]) {
      await page.getByRole("link", { name: new RegExp(`^${name}`) }).click();
      await settled();
    }
    expect(asked).toEqual(["commits", "forks", "comments"].map((part) => `/gists/${id}/${part}`));
  });

  test("leads to a revision, which says that it is one, and keeps to it", async () => {
    const { page, settled, quiet } = await visit(`/?gist=${edited}&show=history`);
    const revision = page.getByRole("link", { name: /^Revision/ }).nth(1);
    const short = (await revision.textContent()) ?? "";
    await revision.click();
    await settled();
    expect(new URL(page.url()).searchParams.get("revision")?.slice(0, 7)).toBe(short);
    expect(await page.locator(".view-head + .notice").textContent()).toContain(`Revision ${short}`);
    await page.getByRole("region", { name: "gone.txt" }).waitFor();
    const file = page.getByRole("navigation", { name: "Files" }).getByRole("link", { name: "same.txt" });
    await file.click();
    expect(new URL(page.url()).searchParams.get("revision")?.slice(0, 7)).toBe(short);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("same.txt");
    await page.getByRole("link", { name: "Show the newest" }).click();
    await settled();
    expect(await page.getByRole("region", { name: "gone.txt" }).count()).toBe(0);
    await quiet();
  });

  test.each([
    ["revision=0000000000000000000000000000000000000000", "No such revision"],
    ["to=0000000000000000000000000000000000000000", "No such revision"],
    ["show=history&page=9", "There are no revisions."],
  ])("with %s says so", async (query, words) => {
    const { page, quiet } = await visit(`/?gist=${edited}&${query}`);
    await page.getByText(words).waitFor();
    await quiet(/404/);
  });
});

describe("the changes of a revision", () => {
  const visit = useVisits(base);

  test("are lines that were added and removed, with signs and numbers", async () => {
    const { page, settled, quiet } = await open(`/?gist=${edited}&show=history`);
    await page
      .getByRole("link", { name: /^Changes in/ })
      .first()
      .click();
    await settled();
    await page.getByText("4 files differ, ").waitFor();
    const code = page.getByRole("region", { name: "code.ts" });
    await code.getByRole("button", { name: "Show 34 unchanged lines" }).waitFor();
    const rows = async (section = code) =>
      section
        .locator("tbody tr:not(.gap)")
        .evaluateAll((all) =>
          all.map((row) => [...(row as HTMLTableRowElement).cells].map((cell) => cell.textContent.trim()).join("|")),
        );
    expect((await rows()).slice(0, 3)).toEqual(["1||−|const first = 1;", "|1|+|const second = 2;", "2|2||// line 0"]);
    expect((await rows()).slice(-2)).toEqual([
      "42||−|export { first };",
      "|42|+|export { second }; (no newline at the end)",
    ]);
    expect(await code.locator(".change-count").getAttribute("aria-label")).toBe("2 added, 2 removed");
    await code.getByRole("button", { name: /unchanged/ }).click();
    expect(await rows()).toHaveLength(44);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("TR");
    await quiet();
  });

  test("name files that were added, removed and renamed", async () => {
    const { page } = await visit(`/?gist=${edited}&show=history`);
    await page
      .getByRole("link", { name: /^Changes in/ })
      .first()
      .click();
    for (const [name, kind] of [
      ["code.ts", "Changed"],
      ["old-name.md → new-name.md", "Renamed"],
      ["fresh.sh", "Added"],
      ["gone.txt", "Removed"],
    ])
      expect(await page.getByRole("region", { name }).locator(".kind").textContent(), name).toBe(kind);
    expect(await page.locator("section.file").count()).toBe(4);
  });

  test("are found without the revision before, step by step back to the first", async () => {
    const { page, settled, quiet } = await visit(`/?gist=${edited}&show=history`);
    const shas = await page
      .getByRole("link", { name: /^Revision/ })
      .evaluateAll((links) =>
        links.map((link) => new URL((link as HTMLAnchorElement).href).searchParams.get("revision")),
      );
    await visit(`/?gist=${edited}&to=${shas[0]}`);
    for (let n = 1; n < shas.length; n += 1) {
      expect(await page.locator(".changes-head").textContent()).toContain(`From ${shas[n]?.slice(0, 7)} to`);
      await page.getByRole("link", { name: "Earlier change" }).click();
      await settled();
    }
    expect(await page.locator(".changes-head").textContent()).toContain("From nothing to");
    expect(new Set(await page.locator(".kind").allTextContents())).toEqual(new Set(["Added"]));
    expect(await page.getByRole("link", { name: "Earlier change" }).count()).toBe(0);
    await quiet();
  });

  test("between any two are compared, the earlier one first", async () => {
    const { page, settled, quiet } = await visit(`/?gist=${notable.revised}&show=history`);
    const revision = page.locator(".revision");
    await revision.nth(2).getByRole("radio", { name: /^From/ }).check();
    await revision.nth(9).getByRole("radio", { name: /^To/ }).check();
    const [later, earlier] = await Promise.all([2, 9].map((n) => revision.nth(n).locator("code").textContent()));
    await page.getByRole("link", { name: "Compare the two chosen" }).click();
    await settled();
    expect(await page.locator(".changes-head").textContent()).toContain(`From ${earlier} to ${later}`);
    await page.locator(".changes").first().waitFor();
    await quiet();
  });

  test("of a file that was rewritten do not hold up the page", async () => {
    const { page, quiet } = await open(`/?gist=${huge}&show=history`);
    await page.evaluate(() => {
      const seen = globalThis as unknown as { longest: number };
      seen.longest = 0;
      new PerformanceObserver((list) => {
        for (const { duration } of list.getEntries()) seen.longest = Math.max(seen.longest, duration);
      }).observe({ entryTypes: ["longtask"] });
    });
    await page
      .getByRole("link", { name: /^Changes in/ })
      .first()
      .click();
    await page
      .getByRole("region", { name: "a.txt" })
      .getByText("There are too many differences to compare line by line.")
      .waitFor();
    // The files after it are compared all the same.
    await page.getByRole("region", { name: "b.txt" }).locator(".changes").waitFor();
    // The comparison itself takes 3 seconds until it is given up.
    expect(await page.evaluate(() => (globalThis as unknown as { longest: number }).longest)).toBeLessThan(1000);
    await quiet();
  });

  test("of a large file show its first lines, and all on demand", async () => {
    const id = "aa5a315d61ae9438b18d0000000ed1a6";
    await github().add("octocat", id, { description: "Large", files: { "a.txt": "start\n" } });
    await github().edit(id, { files: { "a.txt": different("a") } });
    const { page } = await visit(`/?gist=${id}&show=history`);
    await page
      .getByRole("link", { name: /^Changes in/ })
      .first()
      .click();
    const file = page.getByRole("region", { name: "a.txt" });
    const more = file.getByRole("button", { name: /^Show the next 5,000 of 29,\d{3} lines$/ });
    await more.waitFor();
    expect(await file.locator("tr.added").count()).toBeLessThanOrEqual(1000);
    await more.click();
    expect(await file.locator("tr.added").count()).toBeGreaterThan(5000);
    await file.getByRole("button", { name: /^Show the next 5,000 of 24,\d{3} lines$/ }).waitFor();
  });

  test("of a binary file are named", async () => {
    const { page } = await visit(`/?gist=${notable.binary}&show=history`);
    await page
      .getByRole("link", { name: /^Changes in/ })
      .last()
      .click();
    await page.getByText("A binary file: its contents are not compared.").waitFor();
  });
});

describe("forks", () => {
  test("are listed with their owners, and lead to both", async () => {
    const { page, settled, quiet } = await open(`/?gist=${notable.forked}`);
    await page.getByRole("link", { name: "Forks 36" }).click();
    await settled();
    expect(await page.locator(".card").count()).toBe(30);
    expect(await page.locator(".card .person").first().textContent()).toContain("hubot");
    await page.getByRole("link", { name: "Next page" }).click();
    await settled();
    expect(await page.locator(".card").count()).toBe(6);
    await page.getByRole("link", { name: "Fork by forker-34" }).click();
    await settled();
    expect(await page.locator("section.file").first().textContent()).toContain("forked by forker-34");
    await quiet();
  });

  test("that do not exist are missed in words", async () => {
    const { page } = await open(`/?gist=${notable.manyFiles}&show=forks`);
    await page.getByText("Nobody has forked this gist.").waitFor();
  });
});

describe("comments", () => {
  test("are rendered, with their authors, page by page", async () => {
    const id = "aa5a315d61ae9438b18d0000000c0333";
    await github().add("octocat", id, { description: "Discussed", files: { "a.txt": "a\n" } });
    await github().edit(id, { comment: "Nice **work**, see `pop`\n\n- [x] done\n" });
    const { page, quiet } = await open(`/?gist=${id}&show=comments`);
    const comment = page.locator(".comment").first();
    await comment.locator("strong", { hasText: "work" }).waitFor();
    expect(await comment.locator(".person").textContent()).toContain("octocat");
    expect(await comment.locator(".tag").textContent()).toBe("owner");
    expect(await comment.locator("code").textContent()).toBe("pop");
    await quiet();
  });

  test("of accounts that are gone are shown", async () => {
    const { page, settled, quiet } = await open(`/?gist=${notable.talkative}&show=comments`);
    expect(await page.locator(".comment").count()).toBe(30);
    expect(await page.locator(".comment header", { hasText: "Deleted account" }).count()).toBeGreaterThan(0);
    await page.getByRole("link", { name: "Next page" }).click();
    await settled();
    expect(await page.locator(".comment").count()).toBe(15);
    await quiet();
  });

  test("that do not exist are missed in words", async () => {
    const { page } = await open(`/?gist=${notable.revised}&show=comments`);
    await page.getByText("Nobody has commented on this gist.").waitFor();
  });
});

describe("pictures of people", () => {
  test("come from GitHub's site for them, without a referrer", async () => {
    const { page, watched, quiet } = await open(`/?gist=${notable.forked}&show=forks`);
    await expect
      .poll(() =>
        page
          .locator(".avatar")
          .first()
          .evaluate((image) => (image as HTMLImageElement).complete),
      )
      .toBe(true);
    expect(watched.avatars.length).toBeGreaterThan(2);
    for (const request of watched.avatars) {
      expect(request.url()).toMatch(/^https:\/\/avatars\.githubusercontent\.com\/u\/\d+\?v=4&s=72$/);
      expect((await request.allHeaders())["referer"]).toBeUndefined();
    }
    await quiet();
  });

  test("that are not there leave the initial, and no gap", async () => {
    const { page, settled } = await open();
    await page.context().route("https://avatars.githubusercontent.com/**", (route) => route.abort());
    await page.getByRole("link", { name: /^octocat/ }).click();
    await settled();
    await expect.poll(() => page.locator(".avatar").count()).toBe(0);
    const { width, height } = (await page.locator(".initial.large").boundingBox()) ?? {};
    expect([width, height]).toEqual([36, 36]);
    expect(await fits(page)).toBe(true);
  });
});
