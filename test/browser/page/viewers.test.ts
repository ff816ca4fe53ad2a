import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { viewed } from "../../../docs/generate/sample-files.ts";
import { createClient } from "../../../stand-in/client.ts";
import { instance } from "../../targets/instance.ts";
import { useExplorer, useVisits } from "../explorer/support.ts";

const gist = "aa5a315d61ae9438b18d00000000f11e";
const photo = "aa5a315d61ae9438b18d000000000faf";
const documents = "aa5a315d61ae9438b18d00000000d0c5";
const sources = "aa5a315d61ae9438b18d0000000050cc";
const base = () => instance.base;
const open = useExplorer(base);

const lines = (count: number) => Array.from({ length: count }, (_, n) => `value_${n + 1} = ${n + 1}\n`).join("");

beforeAll(async () => {
  const github = createClient(instance.github);
  await github.add("octocat", gist, { description: "A file for each viewer", files: viewed });
  await github.add("octocat", sources, {
    description: "Sources",
    files: {
      "hello world.py": lines(40),
      "long.py": lines(12_000),
      "pictures.md":
        "![One](https://pictures.example/1.png) ![Two](https://pictures.example/2.png) ![](http://pictures.example/3.png)\n",
      "wide.txt": `${"word ".repeat(300)}\n`,
    },
  });
  const parts = Array.from({ length: 30 }, (_, n) => `## Part ${n}\n\n${"word ".repeat(100)}\n`).join("\n");
  const arabic = "العربية";
  await github.add("hubot", documents, {
    description: "Documents",
    files: {
      "first.md": parts,
      "second.md": `[To Last part](#last-part) [To ${arabic}](#${arabic}) [the first](first.md)\n\n${parts}\n## Last part\n\n${parts}\n## ${arabic}\n\nمرحبا بالعالم\n\n${parts}`,
      "empty.svg": "",
      "counted.ipynb": JSON.stringify({
        nbformat: 4,
        cells: [{ cell_type: "code", execution_count: 12_345, source: "1", outputs: [] }],
      }),
    },
  });
  await github.edit(documents, { files: { "third.md": "# Third\n" } });
  const files = { "photo.jpg": "\ufffd\ufffd: bytes that GitHub gave as text\n" };
  await github.add("octocat", photo, { description: "A picture", files });
});

describe("a Markdown file", () => {
  const visit = useVisits(base);

  test("is drawn as a document, with its source a click away", async () => {
    const { page, quiet } = await visit(`/?gist=${gist}`);
    const file = page.getByRole("region", { name: "README.md" });
    const document = file.locator(".prose");
    await document.getByRole("heading", { level: 3, name: "Stale while revalidate" }).waitFor();
    expect(await document.getByRole("heading", { level: 4 }).getAttribute("id")).toBe(
      "file-readme-md-h-what-a-client-sees",
    );
    expect(await document.locator("table tr").count()).toBe(4);
    expect(await document.locator("td.to-right").count()).toBe(3);
    expect(await document.getByRole("img", { name: "Done" }).count()).toBe(2);
    expect(await document.getByRole("img", { name: "To do" }).count()).toBe(1);
    expect(await document.locator("s").textContent()).toBe("Ask GitHub each time");
    expect(await document.locator(".alert-kind").textContent()).toBe("Tip");
    await document.locator("code[data-coloured=typescript] .t-keyword", { hasText: "const" }).waitFor();
    // A file of the gist, by its name.
    const shown = document.getByRole("img", { name: "Hit rate after a cold start" });
    expect(await shown.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(640);
    await file.getByRole("button", { name: "Source" }).click();
    expect(await file.locator("pre code").textContent()).toBe(viewed["README.md"].trimEnd());
    await file.getByRole("button", { name: "Rendered" }).click();
    await document.waitFor();
    await quiet();
  });

  test("links to the other files of its gist", async () => {
    const { page, quiet } = await visit(`/?gist=${gist}`);
    await page.locator(".prose").getByRole("link", { name: "measured.csv" }).click();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("measured.csv");
    expect(new URL(page.url()).searchParams.get("file")).toBe("measured.csv");
    await quiet();
  });

  test.each([
    ["#file-second-md-h-last-part", "Last part"],
    [`#file-second-md-h-${encodeURIComponent("العربية")}`, "العربية"],
  ])("is shown from the heading that %s names, also after a reload", async (hash, name) => {
    const { page, go, quiet } = await open(`/?gist=${documents}${hash}`);
    const heading = page.getByRole("heading", { name });
    const top = () => heading.evaluate((element) => Math.abs(element.getBoundingClientRect().top));
    await heading.waitFor();
    await expect.poll(top).toBeLessThan(60);
    await page.evaluate(() => scrollTo(0, 0));
    await page.reload();
    await heading.waitFor();
    await expect.poll(top).toBeLessThan(60);
    // A link of the document leads there by the same address.
    await go(`/?gist=${documents}`);
    await page.locator("section.file", { hasText: "second.md" }).scrollIntoViewIfNeeded();
    await page.getByRole("link", { name: `To ${name}` }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe(hash);
    await expect.poll(top).toBeLessThan(60);
    await quiet();
  });

  test("has the direction of its text, block by block", async () => {
    const { page } = await visit(`/?gist=${documents}&file=second.md`);
    const arabic = page.getByText("مرحبا بالعالم");
    const direction = (element: Element) => getComputedStyle(element).direction;
    await arabic.waitFor();
    expect(await arabic.evaluate(direction)).toBe("rtl");
    expect(await page.getByRole("heading", { name: "Last part" }).evaluate(direction)).toBe("ltr");
  });

  test("of a revision refers to files of that revision", async () => {
    const { page, go, quiet } = await open("/");
    const [, first] = (await (await fetch(`${base()}/gists/${documents}/commits`)).json()) as { version: string }[];
    const revision = first?.version ?? "";
    await go(`/?gist=${documents}&revision=${revision}&file=second.md`);
    const document = page.getByRole("region", { name: "second.md" }).locator(".prose");
    const href = await document.getByRole("link", { name: "the first" }).getAttribute("href");
    expect(href).toBe(`/?gist=${documents}&revision=${revision}&file=first.md`);
    await quiet();
  });

  test("loads pictures of other sites when asked to, and tells them nothing", async () => {
    const { page, watched } = await open("/");
    const asked: { url: string; referer: string | undefined }[] = [];
    await page.route("https://pictures.example/**", async (route) => {
      asked.push({ url: route.request().url(), referer: route.request().headers()["referer"] });
      await route.fulfill({ contentType: "image/png", body: Buffer.from(viewed["page.png"].base64, "base64") });
    });
    await page.goto(`${base()}/?gist=${sources}&file=pictures.md`);
    const file = page.getByRole("region", { name: "pictures.md" });
    await file.getByText("2 pictures of other sites are not loaded").waitFor();
    expect(await file.locator(".held").count()).toBe(3);
    expect(asked).toEqual([]);
    await file.getByRole("button", { name: "Load pictures", exact: true }).click();
    await expect.poll(() => asked.length).toBe(2);
    expect(asked.map(({ referer }) => referer)).toEqual([undefined, undefined]);
    await expect
      .poll(() => file.getByRole("img", { name: "Two" }).evaluate((img) => (img as HTMLImageElement).naturalWidth))
      .toBeGreaterThan(0);
    expect(watched.violations).toEqual([]);
  });
});

test("a notebook is drawn with its outputs", async () => {
  const { page, quiet } = await open(`/?gist=${gist}&file=analysis.ipynb`);
  const notebook = page.getByRole("region", { name: "analysis.ipynb" }).locator(".notebook");
  await notebook.getByRole("heading", { name: "How fast does the cache warm up?" }).waitFor();
  expect(await notebook.locator(".prompt").allTextContents()).toEqual(["In [1]:", "In [2]:", "In [3]:"]);
  await notebook.locator("code[data-coloured=python] .t-keyword", { hasText: "import" }).first().waitFor();
  expect(await notebook.locator("tr").last().locator("th, td").allTextContents()).toEqual([
    "worker",
    "30,104",
    "29,645",
    "459",
  ]);
  expect(await notebook.getByRole("group", { name: "Output", exact: true }).textContent()).toBe("hit rate: 98.5%");
  const shown = notebook.getByRole("img");
  await shown.scrollIntoViewIfNeeded();
  await expect.poll(() => shown.evaluate((element) => (element as HTMLImageElement).naturalWidth)).toBe(640);
  const error = notebook.getByRole("group", { name: "Error output" });
  expect(await error.locator(".ansi-red").last().textContent()).toBe("AttributeError");
  expect(await error.textContent()).not.toMatch(/\[0;31m|U\+001B/);
  await quiet();
});

test("a notebook's number of a cell is as the kernel wrote it, on one line", async () => {
  const { page, quiet } = await open(`/?gist=${documents}&file=counted.ipynb`);
  const prompt = page.getByRole("region", { name: "counted.ipynb" }).locator(".prompt");
  await prompt.waitFor();
  expect(await prompt.textContent()).toBe("In [12345]:");
  // It does not reach into the source beside it.
  const [number, source] = await Promise.all([
    prompt.evaluate((element) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      return { lines: range.getClientRects().length, right: range.getBoundingClientRect().right };
    }),
    page.getByRole("region", { name: "counted.ipynb" }).locator(".fence").boundingBox(),
  ]);
  expect(number.lines).toBe(1);
  expect(number.right).toBeLessThanOrEqual(source?.x ?? 0);
  await quiet();
});

describe("a CSV file", () => {
  const visit = useVisits(base);

  test("is a table that each column sorts", async () => {
    const { page, quiet } = await visit(`/?gist=${gist}&file=measured.csv`);
    const table = page.getByRole("region", { name: "measured.csv" }).locator("table");
    await table.waitFor();
    const column = (n: number) => table.locator(`tbody td:nth-child(${n + 1})`).allTextContents();
    const file = await column(3);
    expect(file).toHaveLength(60);
    expect(await column(7)).toContain('cold, "empty" cache');
    const header = table.getByRole("columnheader", { name: "requests" });
    const button = header.getByRole("button");
    const numbers = file.map(Number);
    await button.click();
    expect(await header.getAttribute("aria-sort")).toBe("ascending");
    expect((await column(3)).map(Number)).toEqual(numbers.toSorted((a, b) => a - b));
    await button.press("Enter");
    expect(await header.getAttribute("aria-sort")).toBe("descending");
    expect((await column(3)).map(Number)).toEqual(numbers.toSorted((a, b) => b - a));
    await page.getByRole("status").getByText("Rows sorted by requests, descending").waitFor({ state: "attached" });
    await table.getByRole("columnheader", { name: "runtime" }).getByRole("button").click();
    expect(await header.getAttribute("aria-sort")).toBeNull();
    expect((await column(1)).slice(0, 31)).toEqual([...Array.from({ length: 30 }, () => "node"), "worker"]);
    await quiet();
  });

  test("of many rows is shown in parts, and sorted as a whole", async () => {
    const id = "aa5a315d61ae9438b18d00000000c5f0";
    const rows = Array.from({ length: 30_000 }, (_, n) => `${(n * 7919) % 30_000},x`);
    await createClient(instance.github).add("hubot", id, { files: { "many.csv": `n,x\n${rows.join("\n")}\n` } });
    const { page, quiet } = await visit(`/?gist=${id}`);
    const file = page.getByRole("region", { name: "many.csv" });
    await file.getByText("Shown: the first 1,000 of 30,000 rows.").waitFor();
    await file.getByRole("columnheader", { name: "n", exact: true }).getByRole("button").dblclick();
    expect(await file.locator("tbody td").nth(1).textContent()).toBe("29999");
    await file.getByRole("button", { name: "Show more rows" }).click();
    await file.getByText("Shown: the first 2,000 of 30,000 rows.").waitFor();
    await quiet();
  });
});

describe("a picture", () => {
  const visit = useVisits(base);

  test.each([
    ["page.png", "390 ×", /^data:image\/png;base64,/],
    ["chart.svg", "640 × 240 pixels", /^data:image\/svg\+xml,/],
  ])("%s is shown from the gist's own bytes", async (name, size, source) => {
    const { page, quiet } = await visit(`/?gist=${gist}&file=${name}`);
    const file = page.getByRole("region", { name });
    await file.getByText(size).waitFor();
    expect(await file.getByRole("img", { name }).getAttribute("src")).toMatch(source);
    await quiet();
  });

  test("whose bytes are not in GitHub's response is asked of the raw route, and else shown as it is", async () => {
    const { page } = await open("/");
    const raw = `**/gists/${photo}/raw/photo.jpg`;
    const body = Buffer.from(viewed["page.png"].base64, "base64");
    await page.route(raw, (route) => route.fulfill({ contentType: "image/png", body }));
    await page.goto(`${base()}/?gist=${photo}&file=photo.jpg`);
    const file = page.getByRole("region", { name: "photo.jpg" });
    await file.getByText("390 ×").waitFor();
    await page.unroute(raw);
    await page.route(raw, (route) => route.fulfill({ status: 404, body: "" }));
    await page.reload();
    await file.getByText("This file cannot be rendered. Its source is shown.").waitFor();
    expect(await file.locator("pre code").textContent()).toContain("bytes that GitHub gave as text");
  });
});

test("an empty picture is an empty file, not one that fails", async () => {
  const { page, quiet } = await open(`/?gist=${documents}&file=empty.svg`);
  const file = page.getByRole("region", { name: "empty.svg" });
  await file.getByText("This file is empty.").waitFor();
  expect(await file.getByText("cannot be rendered").count()).toBe(0);
  await quiet();
});

describe("source", () => {
  const visit = useVisits(base);
  const marked = (page: Page, name: string) => page.getByRole("region", { name, exact: true }).locator(".line.marked");

  test("has a link for each line, and for a range with the shift key", async () => {
    const { page, quiet } = await open(`/?gist=${sources}`);
    const file = page.getByRole("region", { name: "hello world.py" });
    await file.getByRole("link", { name: "Line 3", exact: true }).click();
    await expect.poll(() => new URL(page.url()).hash).toBe("#file-hello-world-py-L3");
    await file.getByRole("link", { name: "Line 7", exact: true }).click({ modifiers: ["Shift"] });
    await expect.poll(() => new URL(page.url()).hash).toBe("#file-hello-world-py-L3-L7");
    expect(await marked(page, "hello world.py").allTextContents()).toEqual(
      lines(7)
        .split(/(?<=\n)/)
        .slice(2),
    );
    // The address is kept by a reload, and asks for nothing by itself.
    await page.reload();
    await marked(page, "hello world.py").nth(4).waitFor();
    expect(await marked(page, "hello world.py").count()).toBe(5);
    await quiet();
  });

  test.each([
    [`/?gist=${sources}#file-long-py-L11900-L11902`, "long.py", "value_11900 = 11900\n", 3],
    [`/?gist=${sources}&file=long.py#L20`, "long.py", "value_20 = 20\n", 1],
    [`/?gist=${gist}#file-readme-md-L1`, "README.md", "# Stale while revalidate\n", 1],
  ])("of %s is shown from there", async (path, name, first, count) => {
    const { page, quiet } = await visit(path);
    const line = marked(page, name).first();
    await line.waitFor();
    expect(await line.textContent()).toBe(first);
    expect(await marked(page, name).count()).toBe(count);
    await expect
      .poll(() =>
        line.evaluate((element) => {
          const { top, bottom } = element.getBoundingClientRect();
          return top >= 0 && bottom <= innerHeight;
        }),
      )
      .toBe(true);
    await quiet();
  });

  test("another hash on the same page moves there, without another request", async () => {
    const { page, settled, quiet } = await open(`/?gist=${sources}#file-long-py-L5`);
    await marked(page, "long.py").waitFor();
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.evaluate(() => (location.hash = "#file-hello-world-py-L2"));
    await marked(page, "hello world.py").waitFor();
    await settled();
    expect(requests.filter((url) => url.includes("/gists/"))).toEqual([]);
    await quiet();
  });

  test("its numbers are reached by Tab and the arrow keys", async () => {
    const { page } = await open(`/?gist=${sources}`);
    const file = page.getByRole("region", { name: "hello world.py" });
    await file.getByRole("link", { name: "Line 1", exact: true }).focus();
    for (const key of ["ArrowDown", "ArrowDown", "ArrowUp", "Enter"]) await page.keyboard.press(key);
    await expect.poll(() => new URL(page.url()).hash).toBe("#file-hello-world-py-L2");
  });

  test("of 12,000 lines is there at once, and copied whole", async () => {
    const { page, quiet } = await open(`/?gist=${sources}&file=long.py`);
    const file = page.getByRole("region", { name: "long.py" });
    await file.getByRole("button", { name: "Show everything" }).waitFor();
    const took = await file.getByRole("button", { name: "Show everything" }).evaluate(async (button) => {
      const started = performance.now();
      (button as HTMLButtonElement).click();
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return performance.now() - started;
    });
    expect(took).toBeLessThan(1000);
    expect(await file.locator("pre code").evaluate((element) => element.textContent)).toBe(lines(12_000).trimEnd());
    // Rows are made where one looks.
    expect(await file.locator(".line").count()).toBeLessThan(2000);
    await quiet();
  });

  test("is wrapped on demand; text is from the beginning", async () => {
    const { page, quiet } = await visit(`/?gist=${sources}`);
    const wide = (name: string) =>
      page
        .getByRole("region", { name })
        .locator(".code")
        .evaluate((element) => element.scrollWidth > element.clientWidth);
    const toggle = page.getByRole("button", { name: "Wrap lines of wide.txt" });
    await toggle.waitFor();
    expect(await toggle.getAttribute("aria-pressed")).toBe("true");
    expect(await wide("wide.txt")).toBe(false);
    await toggle.click();
    expect(await toggle.getAttribute("aria-pressed")).toBe("false");
    expect(await wide("wide.txt")).toBe(true);
    await quiet();
  });

  test("is downloaded under its name, and embedded in a frame", async () => {
    const { page, quiet } = await open(`/?gist=${sources}`, { permissions: ["clipboard-read", "clipboard-write"] });
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download hello world.py" }).click();
    expect((await download).suggestedFilename()).toBe("hello world.py");
    const stream = await (await download).createReadStream();
    expect((await stream.toArray()).join("")).toBe(lines(40));
    await page.getByRole("button", { name: "Embed code of hello world.py" }).click();
    await page.getByText("Copied", { exact: true }).waitFor();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    const [, source] = /^<iframe src="([^"<]+)" title="hello world\.py" [^<>]*><\/iframe>$/.exec(code) ?? [];
    expect(source).toBe(`${base()}/embed/${sources}?file=hello+world.py`);
    const embedded = await fetch(source ?? "");
    expect(embedded.status).toBe(200);
    expect(await embedded.text()).toContain("value_40");
    await quiet();
  });
});

test("all of the files is printed, also what nobody has scrolled to", async () => {
  const { page, quiet } = await open(`/?gist=${gist}`);
  await page.getByRole("region", { name: "README.md" }).locator(".prose").waitFor();
  // Chromium tells the page before it prints.
  await page.emulateMedia({ media: "print" });
  await page.pdf();
  const cut = await page
    .locator(".code, .data, .prose pre")
    .evaluateAll((boxes) => boxes.filter((box) => box.scrollHeight > box.clientHeight + 1).length);
  expect(cut).toBe(0);
  expect(await page.getByText("Loading …").count()).toBe(0);
  expect(await page.locator("section.file:has(.prose, .data, .picture-box, .line)").count()).toBe(5);
  await page.emulateMedia({ media: "screen" });
  await page.goto(`${base()}/?gist=${sources}&file=long.py`);
  const file = page.getByRole("region", { name: "long.py" });
  await file.locator(".line").first().waitFor();
  expect(await file.locator(".line").count()).toBeLessThan(1000);
  await page.pdf();
  expect(await file.locator(".line").count()).toBe(1000);
  await quiet();
});
