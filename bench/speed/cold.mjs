import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { containerStart, root } from "../../harness/built.mjs";
import { freePort } from "../../harness/free-port.ts";
import { fixed, rounds } from "./conditions.mjs";
import { median, medianRatio } from "./stats.mjs";

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

/** Retries, since no event says when a port is open. */
function firstAnswer(port, path, startedAt) {
  return new Promise((resolve, reject) => {
    const ask = () => {
      if (performance.now() - startedAt > 10_000) return reject(new Error(`${path} had no response within 10 s`));
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

/**
 * Cold starts and idle memory of this service, started like the container, and of bare node:http; nothing else runs
 * now.
 */
export async function measureCold(github) {
  const { args: command, env: tunables } = containerStart();
  const env = { GITHUB_API_URL: github.url, ...tunables };
  await coldStart(process.execPath, command, env, "/users/octocat/gists");
  const colds = { bare: [], health: [], gists: [] };
  const resident = { bare: [], ours: [] };
  for (let round = 0; round < Math.max(rounds, 11); round++) {
    const rest = round < 3;
    const bare = await coldStart(process.execPath, [join(root, "bench/peers/bare.cjs")], {}, "/", { rest });
    const health = await coldStart(process.execPath, command, env, "/health", { rest });
    const gists = await coldStart(process.execPath, command, env, "/users/octocat/gists?per_page=1");
    colds.bare.push(bare.ms);
    colds.health.push(health.ms);
    colds.gists.push(gists.ms);
    if (rest) {
      resident.bare.push(bare.resident);
      resident.ours.push(health.resident);
    }
  }
  const toRow = (name, kind) => ({
    name,
    ms: fixed(median(colds[kind]), 1),
    toBare: medianRatio(colds[kind], colds.bare),
  });
  const toMegabytes = (kind) => fixed(median(resident[kind]) / 1024, 1);
  return {
    cold: [
      toRow("bare node:http, first answer", "bare"),
      toRow("edge-gists, first /health", "health"),
      toRow("edge-gists, first uncached gists", "gists"),
    ],
    memory: [
      { name: "bare node:http, idle", megabytes: toMegabytes("bare") },
      {
        name: "edge-gists, idle",
        megabytes: toMegabytes("ours"),
        toBare: medianRatio(resident.ours, resident.bare),
      },
    ],
  };
}
