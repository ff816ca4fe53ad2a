import { once } from "node:events";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, inject, onTestFinished, test } from "vitest";
import { freePort } from "../../../harness/free-port.ts";
import { ask, npm, type Started } from "./npm.ts";

const clone = inject("clone");

/** Runs an npm script until the test is over. */
function start(script: string, settings: Record<string, string>): Started {
  const started = npm(clone, ["run", script], settings);
  onTestFinished(started.kill);
  return started;
}

async function expectService(started: Started, origin: string) {
  const first = await ask(started, `${origin}/octocat?per_page=2`);
  expect(first.status, `${origin}/octocat`).toBe(200);
  expect(await first.json(), "two gists a page").toHaveLength(2);
  const next = /<([^>]+)>; rel="next"/.exec(first.headers.get("link") ?? "")?.[1] ?? "";
  expect(next, "the next page").toContain(`${origin}/octocat?`);
  expect((await fetch(next)).status, next).toBe(200);
  const again = await fetch(`${origin}/octocat?per_page=2`);
  expect(again.headers.get("cache-status"), "the second response").toMatch(/; hit/);
  const page = await fetch(origin, { headers: { accept: "text/html" } });
  expect(await page.text(), "the page for browsers").toContain("<title>Edge Gists");
}

describe("a fresh clone", () => {
  test("npm ci prints what it added, and no warning", () => {
    const lines = inject("started")
      .split("\n")
      .filter((line) => line !== "" && !/^(Cloning into|done\.|Updating files)/.test(line));
    expect(lines.join("\n")).toMatch(/^added \d+ packages in \S+$/);
  });

  test("npx wrangler deploy builds first: its dry run has bundle, assets and settings", async () => {
    rmSync(join(clone, "dist"), { recursive: true, force: true });
    const deploy = npm(clone, ["exec", "--", "wrangler", "deploy", "--dry-run"], { WRANGLER_SEND_METRICS: "false" });
    onTestFinished(deploy.kill);
    const [code] = await once(deploy.child, "close");
    expect(code, deploy.said()).toBe(0);
    expect(deploy.said()).toMatch(/files from the assets directory/);
    expect(deploy.said()).toContain("env.CACHE_MAX_BYTES");
  });

  test("npm run demo", async () => {
    const [github, node, worker, cockpit] = await Promise.all(
      Array.from({ length: 4 }, async () => String(await freePort())),
    );
    const demo = start("demo", { GITHUB_PORT: github!, PORT: node!, WORKER_PORT: worker!, COCKPIT_PORT: cockpit! });
    await expectService(demo, `http://localhost:${node}`);
    await expectService(demo, `http://localhost:${worker}`);
    expect(await (await ask(demo, `http://localhost:${cockpit}/`)).text(), "the cockpit").toContain("<title>Cockpit");
    await demo.interrupt();
  });

  test("npm start", async () => {
    const port = await freePort();
    const server = start("start", { PORT: String(port) });
    const health = (await (await ask(server, `http://localhost:${port}/health`)).json()) as { status: string };
    expect(health.status).toBe("healthy");
    await server.interrupt();
  });
});
