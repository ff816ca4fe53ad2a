import { join } from "node:path";
import { chromium as playwright } from "playwright-core";
import { root } from "../../harness/built.mjs";
import { chromium } from "../../harness/chromium.mjs";

/** Shows the ports that a document names: those of the run were free ones. */
function nameUsualPorts(ports) {
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    for (const [usual, port] of ports)
      texts.currentNode.nodeValue = texts.currentNode.nodeValue.replaceAll(`:${port}`, `:${usual}`);
}

/**
 * Takes a picture of a page of docs/tour.md. Needs Chromium.
 * @param {string} url
 * @param {string} path of the picture, below docs/
 * @param {[usual: string, port: string][]} ports of the document, and of this run
 */
export async function takeTourPicture(url, path, ports) {
  const executablePath = chromium();
  if (executablePath === undefined) throw new Error("no Chromium: install one, or name it in CHROMIUM_PATH");
  const browser = await playwright.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  try {
    const viewport = { width: 1280, height: 720 };
    const page = await browser.newPage({ viewport, locale: "en-GB", reducedMotion: "reduce" });
    // Initials are shown instead of pictures of people.
    await page.route("https://**", (route) => route.abort());
    await page.goto(url);
    await page.waitForLoadState("networkidle");
    await page.locator('[aria-busy="true"]').waitFor({ state: "detached" });
    await page.evaluate(nameUsualPorts, ports);
    await page.screenshot({ path: join(root, "docs", path) });
  } finally {
    await browser.close();
  }
}
