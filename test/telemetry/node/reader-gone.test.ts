import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { root } from "../../../harness/child.ts";

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
  return { child, exited, port, ask: () => fetch(`http://127.0.0.1:${port}/no/such/path`) };
}

/** Lines that the server reports as dropped. */
async function lostAt(port: number): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^log_lines_lost_total (\d+)$/m.exec(metrics)?.[1]);
}

/** Sends so many requests over one connection, without waiting in between. */
async function askAtOnce(port: number, count: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  const request = "GET /no/such/path HTTP/1.1\r\nHost: a\r\n";
  socket.end(`${`${request}\r\n`.repeat(count - 1)}${request}Connection: close\r\n\r\n`);
  for await (const chunk of socket) void chunk;
}

// Node only, and no Windows: a Worker has no stdout of its own, and Windows no SIGTERM.
describe.runIf(process.platform !== "win32")("a server", () => {
  test("whose log has no reader any more continues, and ends at a signal", async () => {
    const { child, exited, port, ask } = await startReadByHand();
    child.stdout.destroy();
    for (let count = 0; count < 30; count++) expect((await ask()).status).toBe(404);
    // Once a write has failed, what would be written is counted.
    const askAndCount = async () => {
      await (await ask()).arrayBuffer();
      return lostAt(port);
    };
    await expect.poll(askAndCount).toBeGreaterThan(0);
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  });

  test("whose log is held up keeps what it can hold, and counts the lines that it loses", async () => {
    const { child, exited, port } = await startReadByHand();
    child.stdout.pause();
    // Some 170 bytes a line: more than the eight megabytes that may wait.
    const asked = 80_000;
    await askAtOnce(port, asked);
    const lost = await lostAt(port);
    expect(lost).toBeGreaterThan(0);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (chunk) => (text += chunk));
    child.stdout.resume();
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
    const lines = text.trimEnd().split("\n");
    const requests = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");
    expect(requests.length + lost).toBe(asked);
  }, 60_000);

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
