import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium as playwright } from "playwright-core";
import { createClient } from "../../stand-in/client.ts";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import { viewed } from "./sample-files.ts";
import { takeStatusPictures } from "./status-pictures.mjs";
import { buildIfNeeded, root } from "../../harness/built.mjs";
import { chromium } from "../../harness/chromium.mjs";

const wide = { width: 1280, height: 800 };
const narrow = { width: 390, height: 844 };
const viewedId = "aa5a315d61ae9438b18d000000005408";
const shownId = "aa5a315d61ae9438b18d000000005407";

/** Something that is worth looking at. */
const files = {
  "stale_while_revalidate.rb": `# Answers at once, and refreshes behind the answer (RFC 5861).
class StaleWhileRevalidate
  FRESH = 60 # seconds

  def initialize(store, clock: Process)
    @store = store
    @clock = clock
  end

  def fetch(key)
    entry = @store[key] or return renew(key) { yield }
    age = now - entry.validated_at
    return entry.body if age < FRESH

    Thread.new { renew(key) { yield } }
    entry.body
  end

  private

  def renew(key)
    @store[key] = Entry.new(body: yield, validated_at: now)
  end

  def now = @clock.clock_gettime(Process::CLOCK_MONOTONIC)
end
`,
  "usage.ts": `const answer = await fetch("https://gists.example/octocat?per_page=5");
console.log(answer.headers.get("cache-status")); // EdgeGists; hit; ttl=42
`,
};

/** The next revision of them. */
const edited = {
  "stale_while_revalidate.rb": files["stale_while_revalidate.rb"]
    .replace("    Thread.new { renew(key) { yield } }\n", "    revalidate(key) { yield }\n")
    .replace(
      "  def renew(key)",
      "  # Once at a time for each key.\n  def revalidate(key)\n    return if @under_way.add?(key).nil?\n\n    Thread.new { renew(key) { yield } }\n  end\n\n  def renew(key)",
    )
    .replace("    @clock = clock\n", "    @clock = clock\n    @under_way = Concurrent::Set.new\n"),
  "usage.ts": null,
  "usage.mts": files["usage.ts"],
};

const again = (page) => page.getByRole("button", { name: "Ask again" }).click();
const coloured = async (page) => {
  await page.locator("code[data-coloured]").first().waitFor();
  await again(page);
  await page.locator("#receipt .badge.hit").waitFor();
  await page.locator("code[data-coloured]").first().waitFor();
};

/** The file is drawn, and begins at the top. */
const drawn = async (page, name) => {
  const file = page.getByRole("region", { name, exact: true });
  await page.locator(".prose, .data").first().waitFor();
  await file.locator(".prose, .data").first().waitFor();
  await page.waitForTimeout(500);
  await file.evaluate((element) => element.scrollIntoView());
};

/** Descriptions in scripts for which few machines have fonts would be boxes: in the pictures there are others. */
async function spareFonts(github, origin, page) {
  const answer = await fetch(`${origin}/users/octocat/gists?page=${page}`);
  for (const { id, description, updated_at } of await answer.json()) {
    if (/[\u2e80-\ud7ff\uf900-\uffef]|\p{Extended_Pictographic}/u.test(description ?? ""))
      await github.edit(id, { description: "Notes on caches, and on what they forget", updated_at });
  }
}

/** Takes one picture of a page as `prepare` leaves it. */
async function takePicture(
  browser,
  origin,
  name,
  { path, viewport, colorScheme, prepare, first, folder = "docs/images" },
) {
  const context = await browser.newContext({
    viewport,
    colorScheme,
    isMobile: viewport === narrow,
    reducedMotion: "reduce",
    locale: "en-GB",
  });
  const page = await context.newPage();
  // Pictures of people would be another thing with each run: their initials are shown.
  await context.route("https://avatars.githubusercontent.com/**", (route) => route.abort());
  await first?.(page);
  await page.goto(`${origin}${path}`);
  await page.locator('#view[aria-busy="false"]').waitFor({ state: "attached" });
  await prepare?.(page, context);
  await page.mouse.move(0, 0);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(root, folder, `${name}.png`) });
  await context.close();
}

/** Takes the pictures of docs/images, of the built explorer on Node with the stand-in as GitHub. Needs Chromium. */
export async function takeScreenshots() {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("no Chromium: install one, or name it in CHROMIUM_PATH");
  buildIfNeeded();
  const standIn = await startStandIn();
  const github = createClient(standIn.url);
  await github.add("octocat", shownId, { description: "Stale while revalidate, in thirty lines of Ruby", files });
  await github.edit(shownId, { files: { "install.go": null } });
  await github.add("octocat", viewedId, { description: "Stale while revalidate, measured", files: viewed });
  await github.edit(viewedId, { files: { "install.go": null } });
  for (const page of [1, 2, 3, 4, 5]) await spareFonts(github, standIn.url, page);
  const traceViewer = "https://traces.example/trace/{trace_id}";
  const settings = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:9", TRACE_VIEWER_URL: traceViewer };
  let target = await startTarget({ runtime: "node", github: standIn.url, env: settings });
  const browser = await playwright.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  mkdirSync(join(root, "docs/images"), { recursive: true });
  const picture = (name, options) => takePicture(browser, target.url, name, options);

  try {
    await picture("home-light", { path: "/", viewport: wide, colorScheme: "light" });
    // For previews of shared links, in the size that most sites want. The next build takes it into dist/.
    const card = { width: 1200, height: 630 };
    await picture("card", { path: "/", viewport: card, colorScheme: "light", folder: "functions/web" });
    await picture("home-dark-narrow", { path: "/", viewport: narrow, colorScheme: "dark" });
    await picture("list-light", {
      path: "/?user=octocat&page=3",
      viewport: wide,
      colorScheme: "light",
      prepare: again,
    });
    await picture("list-dark", { path: "/?user=octocat", viewport: wide, colorScheme: "dark" });
    await picture("list-light-narrow", { path: "/?user=octocat", viewport: narrow, colorScheme: "light" });
    await picture("gist-light", { path: `/?gist=${shownId}`, viewport: wide, colorScheme: "light", prepare: coloured });
    await picture("gist-dark", { path: `/?gist=${shownId}`, viewport: wide, colorScheme: "dark", prepare: coloured });
    await picture("gist-dark-narrow", {
      path: `/?gist=${shownId}`,
      viewport: narrow,
      colorScheme: "dark",
      prepare: coloured,
    });
    for (const [name, file, viewport, colorScheme] of [
      ["markdown-light", "README.md", wide, "light"],
      ["markdown-dark-narrow", "README.md", narrow, "dark"],
      ["notebook-dark", "analysis.ipynb", wide, "dark"],
      ["table-light", "measured.csv", wide, "light"],
    ])
      await picture(name, {
        path: `/?gist=${viewedId}&file=${file}`,
        viewport,
        colorScheme,
        prepare: (page) => drawn(page, file),
      });
    await picture("selection-light", {
      path: "/?user=octocat&all=true&filter=hello&sort=updated",
      viewport: wide,
      colorScheme: "light",
    });
    await github.edit(shownId, { files: edited, comment: "Works with **Redis**, too: see `usage.mts`." });
    await target.stop();
    target = await startTarget({ runtime: "node", github: standIn.url, env: settings });
    const changes = async (page) => {
      await page
        .getByRole("link", { name: /^Changes in/ })
        .first()
        .click();
      await page.locator(".changes").first().waitFor();
    };
    const history = `/?gist=${shownId}&show=history`;
    await picture("history-light", { path: history, viewport: wide, colorScheme: "light" });
    await picture("changes-light", { path: history, viewport: wide, colorScheme: "light", prepare: changes });
    await picture("changes-dark-narrow", { path: history, viewport: narrow, colorScheme: "dark", prepare: changes });
    await picture("missing-light", { path: "/?user=nobody-of-that-name", viewport: wide, colorScheme: "light" });
    await picture("offline-dark-narrow", {
      path: "/",
      viewport: narrow,
      colorScheme: "dark",
      async prepare(page, context) {
        await context.setOffline(true);
        await page.getByRole("link", { name: /^Everyone/ }).click();
        await page.getByRole("heading", { name: "You are offline" }).waitFor();
      },
    });
    await github.fault({ kind: "primary", resetIn: 754, status: 403 });
    await picture("limited-light", {
      path: "/?user=hubot",
      viewport: wide,
      colorScheme: "light",
      prepare: (page) => page.getByRole("timer").waitFor(),
    });
    await takeStatusPictures(browser);
  } finally {
    await browser.close();
    await target.stop();
    await standIn.stop();
  }
}
