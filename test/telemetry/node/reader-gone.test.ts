import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { expect, test } from "vitest";
import { root } from "../../targets/child.ts";

// Node only, and no Windows: a Worker has no stdout of its own, and Windows no SIGTERM.
test.runIf(process.platform !== "win32")(
  "a server whose log nobody reads any more serves on, and ends when told to",
  async () => {
    const child = spawn(process.execPath, ["dist/node/server.js"], {
      cwd: root,
      env: { PORT: "0", HOST: "127.0.0.1", GITHUB_API_URL: "http://127.0.0.1:9" },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const { port } = JSON.parse(line) as { port: number };
    child.stdout.destroy();
    for (let count = 0; count < 30; count++) {
      expect((await fetch(`http://127.0.0.1:${port}/no/such/path`)).status).toBe(404);
    }
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  },
);

test.runIf(process.platform !== "win32")("a server whose log is held up ends all the same", async () => {
  const child = spawn(process.execPath, ["dist/node/server.js"], {
    cwd: root,
    env: { PORT: "0", HOST: "127.0.0.1", GITHUB_API_URL: "http://127.0.0.1:9" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
  const { port } = JSON.parse(line) as { port: number };
  child.stdout.pause();
  // More than pipe and stream buffers hold.
  for (let count = 0; count < 1500; count++) {
    await (await fetch(`http://127.0.0.1:${port}/no/such/path`)).arrayBuffer();
  }
  child.kill("SIGTERM");
  expect(await exited).toBeDefined();
});
