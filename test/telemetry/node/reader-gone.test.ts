import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { root } from "../../targets/child.ts";

/** A server whose standard output is the test's to read, or not. */
async function startReadByHand() {
  const child = spawn(process.execPath, ["dist/node/server.js"], {
    cwd: root,
    env: { PORT: "0", HOST: "127.0.0.1", GITHUB_API_URL: "http://127.0.0.1:9" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { port } = JSON.parse(line) as { port: number };
  return { child, exited, ask: () => fetch(`http://127.0.0.1:${port}/no/such/path`) };
}

// Node only, and no Windows: a Worker has no stdout of its own, and Windows no SIGTERM.
describe.runIf(process.platform !== "win32")("a server", () => {
  test("whose log nobody reads any more serves on, and ends when told to", async () => {
    const { child, exited, ask } = await startReadByHand();
    child.stdout.destroy();
    for (let count = 0; count < 30; count++) expect((await ask()).status).toBe(404);
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });

  test("whose log is held up ends all the same, if need be by force", async () => {
    const { child, exited, ask } = await startReadByHand();
    child.stdout.pause();
    // More than pipe and stream buffers hold.
    for (let count = 0; count < 1500; count++) await (await ask()).arrayBuffer();
    child.kill("SIGTERM");
    expect([
      [0, null],
      [null, "SIGKILL"],
    ]).toContainEqual(await exited);
  });
});
