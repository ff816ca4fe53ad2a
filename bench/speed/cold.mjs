import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "./peers.mjs";

/** Milliseconds from starting a program to its first 200 on a path, and its resident memory a second later, in kB. */
export async function coldStart(program, args, env, path, { rest = false } = {}) {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn(program, typeof args === "function" ? args(port) : args, {
    env: { PATH: process.env.PATH, HOST: "127.0.0.1", PORT: String(port), ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ms = await firstAnswer(port, path, startedAt);
  let resident;
  if (rest) {
    await sleep(1000);
    resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]);
  }
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  return { ms, resident };
}

/** Asks over and over, since nothing says when a port is open. */
function firstAnswer(port, path, startedAt) {
  return new Promise((resolve, reject) => {
    const ask = () => {
      if (performance.now() - startedAt > 10_000) return reject(new Error(`${path} was not answered in 10 s`));
      let text = "";
      const socket = connect(port, "127.0.0.1");
      socket.on("connect", () => socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`));
      socket.on("data", (data) => {
        text += data;
        if (!text.startsWith("HTTP/1.1 200")) return;
        resolve(performance.now() - startedAt);
        socket.destroy();
      });
      socket.on("error", () => setTimeout(ask, 1));
      return undefined;
    };
    ask();
  });
}
