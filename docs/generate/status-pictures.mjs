import { join } from "node:path";
import { createClient } from "../../stand-in/client.ts";
import { startStandIn } from "../../harness/start-stand-in.ts";
import { startTarget } from "../../harness/start-target.ts";
import { root } from "../../harness/built.mjs";

/** Time for which a page is open before its picture is taken, in milliseconds. */
const shown = 90_000;

/** Lists that are asked for: as many as there are, the most wanted first. */
const users = ["octocat", "hubot", "mona_acme", "empty-handed", "nobody-of-that-name"];

/** Requests as of many clients, more and fewer of them, until it is told to stop. */
function send(url, signal) {
  return Promise.all(
    [0, 1, 2].map(async (client) => {
      for (let n = 0; !signal.aborted; n += 1) {
        const user = users[Math.floor(users.length * ((n * 7 + client * 3) % 10) ** 2 * 0.01)];
        await fetch(`${url}/${user}?per_page=${1 + ((n + client) % 4)}`).then((response) => response.arrayBuffer());
        await new Promise((resolve) => setTimeout(resolve, 40 + 30 * Math.sin(n / 40)));
      }
    }),
  );
}

/**
 * Takes the pictures of /status in docs/images, of a server that is asked all the time, while GitHub fails for a while.
 * @param {import("playwright-core").Browser} browser
 */
export async function takeStatusPictures(browser) {
  const standIn = await startStandIn();
  const github = createClient(standIn.url);
  const env = { STATUS_PAGE: "on", CACHE_TTL_SECONDS: "5", CACHE_STALE_WHILE_REVALIDATE_SECONDS: "0" };
  const target = await startTarget({ runtime: "node", github: standIn.url, env });
  const ending = new AbortController();
  const sent = send(target.url, ending.signal);
  const pictures = [
    ["status-light", { colorScheme: "light", viewport: { width: 1280, height: 800 } }],
    ["status-dark-narrow", { colorScheme: "dark", viewport: { width: 390, height: 844 }, isMobile: true }],
  ];
  try {
    const taken = pictures.map(async ([name, options]) => {
      const context = await browser.newContext({ ...options, reducedMotion: "reduce", locale: "en-GB" });
      const page = await context.newPage();
      await page.goto(`${target.url}/status`);
      await page.waitForTimeout(shown);
      await page.screenshot({ path: join(root, "docs/images", `${name}.png`) });
      await context.close();
    });
    await new Promise((resolve) => setTimeout(resolve, shown / 3));
    await github.fault({ kind: "status", status: 503 });
    await new Promise((resolve) => setTimeout(resolve, shown / 4));
    await github.fault();
    await Promise.all(taken);
  } finally {
    ending.abort();
    await sent;
    await target.stop();
    await standIn.stop();
  }
}
