import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../harness/built.mjs";
import { freePort } from "../../harness/free-port.ts";

/** True if a program can be pinned to a core. */
export const canPin = process.env.PATH.split(delimiter).some((path) => existsSync(join(path, "taskset")));

/** A program's command line on one core. */
export function pinned(core, program, args) {
  return canPin ? ["taskset", ["-c", String(core), program, ...args]] : [program, args];
}

const children = new Set();
process.once("exit", () => children.forEach((child) => child.kill()));

/** Ends a child with this process, in every case. */
export function endWithUs(child) {
  children.add(child);
  child.once("exit", () => children.delete(child));
}

/**
 * Starts a Node program of ours, by its script or Node's arguments, on one core, and waits until one of its paths
 * responds with 200.
 */
export async function start(core, script, env, ready) {
  const port = await freePort();
  const [program, args] = pinned(core, process.execPath, [script].flat());
  const child = spawn(program, args, {
    cwd: root,
    env: { PATH: process.env.PATH, PORT: String(port), HOST: "127.0.0.1", ...env },
    // Lines are written to a pipe with a reader, as in a container; here the reader drops them.
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.resume();
  endWithUs(child);
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}${ready}`).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) break;
    if (tries === 200 || child.exitCode !== null) throw new Error(`${script} does not respond`);
    await sleep(50);
  }
  return { url, stop: () => child.kill("SIGKILL") };
}

/** A receiver of traces that accepts everything and counts its bytes. */
export async function startSink() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on("data", (chunk) => (bytes += chunk.length));
    request.on("end", () => response.writeHead(200).end());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, bytes: () => bytes, stop: () => server.close() };
}
