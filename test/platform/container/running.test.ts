import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject, onTestFinished, test } from "vitest";
import { read } from "../support/files.ts";
import { createEngine } from "./engine.ts";
import { runContainer, startLoad } from "./running.ts";

const { version } = JSON.parse(read("package.json"));
const { engine: address, tag, github } = inject("container");
const engine = createEngine(address);

/** The image in a container until the test is over. */
async function start(user?: string) {
  const container = await runContainer(engine, { tag, github, user });
  onTestFinished(async () => void (await container.remove()));
  return container;
}

test.each([
  ["responds, read-only and without capabilities", undefined],
  ["responds as another user", "1000:1000"],
])("%s", async (_, user) => {
  const container = await start(user);
  const health = (await (await fetch(`${container.url}/health`)).json()) as Record<string, string>;
  expect([health["status"], health["version"]]).toEqual(["healthy", version]);
  const gists = await fetch(`${container.url}/octocat?per_page=3`);
  expect(gists.status).toBe(200);
  expect(await gists.json()).toHaveLength(3);
  expect(gists.headers.get("cache-status")).toMatch(/fwd=miss/);
  const again = await fetch(`${container.url}/octocat?per_page=3`);
  expect(again.headers.get("cache-status")).toMatch(/; hit/);
  const page = await fetch(container.url, { headers: { accept: "text/html" } });
  expect(await page.text()).toMatch(/<title>Edge Gists/);
  await container.stop();
  const { ExitCode } = await container.state();
  expect(ExitCode, await container.logs()).toBe(0);
});

/** Clients send requests without a pause: every accepted request gets a response. */
test("docker stop under load fails no request", async () => {
  const container = await start();
  const clients = 16;
  const load = startLoad(`${container.url}/octocat`, clients);
  await sleep(3000);
  expect(load.results.failures).toEqual([]);
  expect(load.results.running, "clients ended before the stop").toBe(clients);
  const before = load.results.answered;
  const started = performance.now();
  await container.stop();
  const ms = Math.round(performance.now() - started);
  await load.over;
  const { ExitCode, OOMKilled } = await container.state();
  const { answered, failures } = load.results;
  console.log(`${answered} responses, ${answered - before} of them after docker stop (${ms} ms)`);
  expect(failures).toEqual([]);
  expect(before, "no load before the stop").toBeGreaterThan(100);
  expect({ ExitCode, OOMKilled }).toEqual({ ExitCode: 0, OOMKilled: false });
  expect(await container.logs()).toMatch(/"stopped"/);
});
