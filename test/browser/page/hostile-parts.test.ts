import { beforeAll, describe, expect, test } from "vitest";
import { createClient } from "../../../stand-in/client.ts";
import { instance } from "../../targets/instance.ts";
import { expectHarmless, trap } from "../explorer/harmless.ts";
import { useExplorer } from "../explorer/support.ts";

const open = useExplorer(() => instance.base);

const markup = "<script>alert('ran')</script><img src=x onerror=alert('ran')><svg onload=alert('ran')></svg>";
const override = "\u202etxt.exe";
const id = "aa5a315d61ae9438b18d0000000bad07";
const sha = (n: number) => String(n).padStart(40, "0");
/** Addresses that may not become a picture's. */
const pictures = [
  "javascript:alert('ran')",
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
  "https://elsewhere.example/p.png",
  "https://avatars.githubusercontent.com@elsewhere.example/p.png",
  "//elsewhere.example/p.png",
  markup,
];
const people = pictures.map((avatar_url) => ({ login: `${markup}${override}`, avatar_url }));
const gist = {
  id,
  description: `${markup} ${override}`,
  html_url: "javascript:alert('ran')",
  owner: people[0],
  files: { [markup]: { filename: markup, content: markup, size: markup.length, raw_url: "javascript:alert('ran')" } },
  history: [{ version: sha(1), user: people[2], committed_at: markup }],
};

/** What a gist's author, or somebody who comments, might send in each list. */
const lists: Record<string, object[]> = {
  commits: [
    ...people.map((user, n) => ({
      version: n === 0 ? markup : n === 1 ? "../../health" : `${override}${n}`,
      user,
      committed_at: markup,
      change_status: { additions: markup, deletions: -1 },
    })),
    ...Array.from({ length: 5000 }, (_, n) => ({ version: sha(n), user: people[n % people.length] })),
  ],
  forks: people.map((user, n) => ({ ...gist, id: n === 0 ? markup : `../${n}`, owner: user })),
  comments: [
    ...people.map((user) => ({ user, body: `${markup} ${override}`, created_at: markup })),
    ...[
      "[click](javascript:alert('ran')) [data](data:text/html,<script>alert('ran')</script>)",
      "![picture](https://elsewhere.example/p.png) <img src=https://elsewhere.example/q.png>",
      `<iframe src="https://elsewhere.example"></iframe><form action="https://elsewhere.example"><input></form>`,
      `<a href="java&#9;script:alert('ran')" onclick="alert('ran')" style="position:fixed;inset:0">all of the page</a>`,
      `# ${markup}\n\n\`\`\`html\n${markup}\n\`\`\`\n`,
      `${"> ".repeat(5000)}deep`,
      "x".repeat(100_000),
    ].map((body) => ({ user: people[0], body })),
    ...Array.from({ length: 2000 }, (_, n) => ({ user: people[n % people.length], body: markup })),
  ],
};

/** Answers of the service that nobody could store at GitHub, but that a page may not trust. */
async function openWith(path: string) {
  const explorer = await open("/", { before: trap });
  await explorer.page.route(`**/gists/${id}**`, (route) => {
    const name = new URL(route.request().url()).pathname.split("/").at(-1) ?? "";
    return route.fulfill({ json: lists[name] ?? gist });
  });
  await explorer.go(path);
  return explorer;
}

describe("nothing runs, and nothing leaves the page", () => {
  test.each([
    ["history", ".revision"],
    ["forks", ".card"],
    ["comments", ".comment"],
  ])("in the %s of a gist", async (part, item) => {
    const explorer = await openWith(`/?gist=${id}&show=${part}`);
    const { page, watched } = explorer;
    expect(await page.locator(item).count()).toBe(lists[part === "history" ? "commits" : part]?.length);
    for (const y of [2000, 4000, 100_000]) {
      await page.mouse.wheel(0, y);
      await page.waitForTimeout(200);
    }
    await expectHarmless(explorer);
    expect(await page.locator(".avatar").count()).toBe(0);
    expect(watched.avatars).toEqual([]);
    expect(await page.locator("h1 .unseen").first().textContent()).toBe("U+202E");
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  });

  test("in a revision and in changes", async () => {
    for (const query of [`revision=${sha(1)}`, `to=${sha(1)}`, `from=${sha(2)}&to=${sha(1)}`]) {
      const explorer = await openWith(`/?gist=${id}&${query}`);
      await explorer.page.locator("[aria-busy=true]").waitFor({ state: "detached" });
      await expectHarmless(explorer);
      expect(await explorer.page.locator("#view h1").textContent()).toContain(markup);
    }
  });

  test.each([
    `/?gist=${id}&revision=${encodeURIComponent(markup)}`,
    `/?gist=${id}&from=${encodeURIComponent(markup)}&to=${encodeURIComponent(markup)}`,
    `/?gist=${id}&show=${encodeURIComponent(markup)}`,
    `/?gist=${encodeURIComponent(markup)}&show=comments&page=${encodeURIComponent(markup)}`,
  ])("in the address %s", async (path) => {
    const explorer = await open(path, { before: trap });
    explorer.watched.troubles.length = 0;
    await expectHarmless(explorer);
  });
});

describe("what GitHub itself can store", () => {
  const stored = "aa5a315d61ae9438b18d0000000bad08";
  beforeAll(async () => {
    const github = createClient(instance.github);
    const files = { "old.html": `${markup}\n${override}\nsame\n`, [`${markup}.txt`]: "a\n" };
    await github.add("hubot", stored, { description: markup, files });
    await github.edit(stored, {
      files: { "old.html": null, "new.html": `${markup}!\n${override}\nsame\n`, [`${markup}.txt`]: `${markup}\n` },
      comment: `${markup}\n\n![x](https://elsewhere.example/p.png)`,
    });
  });

  test("is text in changes, letter by letter", async () => {
    const explorer = await open(`/?gist=${stored}&show=history`, { before: trap });
    const { page } = explorer;
    await page
      .getByRole("link", { name: /^Changes in/ })
      .first()
      .click();
    const file = page.getByRole("region", { name: "new.html" });
    await file.locator(".changes").waitFor();
    expect(await file.locator("tr.added .text").textContent()).toBe(`${markup}!`);
    expect(await file.locator("tr.removed .text").textContent()).toBe(markup);
    expect(await file.locator(".unseen").textContent()).toBe("U+202E");
    await expectHarmless(explorer);
  });

  test("is no picture in a comment until it is asked for", async () => {
    const explorer = await open(`/?gist=${stored}&show=comments`, { before: trap });
    await explorer.page.getByRole("button", { name: "Load pictures" }).waitFor();
    await expectHarmless(explorer);
  });
});
