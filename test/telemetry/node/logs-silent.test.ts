import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { root } from "../../../harness/child.ts";
import { freePort } from "../../../harness/free-port.ts";

/** Runs a server at a level until it has responded with 200, 404 and 502; returns all of its output. */
async function printedAt(level: string): Promise<string> {
  const port = await freePort();
  const env = { PATH: process.env["PATH"], PORT: String(port), HOST: "127.0.0.1", LOG_LEVEL: level };
  const child = spawn(process.execPath, ["dist/node/server.js"], {
    cwd: root,
    env: { ...env, GITHUB_API_URL: "http://127.0.0.1:9", UPSTREAM_RETRIES: "0" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const printed = Promise.all([text(child.stdout), text(child.stderr)]);
  const ask = (path: string) =>
    fetch(`http://127.0.0.1:${port}${path}`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(() => ask("/health"), { timeout: 20_000, interval: 50 }).toBe(200);
  expect([await ask("/no/such/route"), await ask("/octocat")]).toEqual([404, 502]);
  child.kill("SIGTERM");
  await once(child, "exit");
  return (await printed).join("");
}

const messages = (printed: string) => [...printed.matchAll(/"msg":"([^"]*)"/g)].map(([, message]) => message);

// Not on Windows: it has no SIGTERM, and what a killed process had to say is lost.
test.skipIf(process.platform === "win32").each([
  ["silent", []],
  ["error", []],
  ["warn", ["bad-gateway"]],
  ["info", ["listening", "no public address", "request", "bad-gateway", "request", "draining", "stopped"]],
])("LOG_LEVEL=%s", async (level, expected) => {
  const printed = await printedAt(level);
  expect(messages(printed)).toEqual(expected);
  if (expected.length === 0) expect(printed).toBe("");
});
