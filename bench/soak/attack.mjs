/**
 * The built server over HTTP, fast path included, under everything at once that fills memory: distinct resources, any
 * number of spellings, many large gists at a time, clients that do not read their responses, connections without a
 * request. Its resident memory is compared with the maximum for its settings (functions/node/memory.ts), and other
 * clients' hits must succeed.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { parseConfig } from "../../functions/core/config/parser.ts";
import { toMemoryNeed } from "../../functions/node/memory.ts";
import { nodeSettings } from "../../functions/node/config.ts";
import { containerStart } from "../../harness/built.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Calls are paced for each token (800 a minute). With enough tokens the pace does not limit memory. */
const tokens = Array.from({ length: 64 }, (_, n) => `good-soak-${n}`).join(",");

function run(args, env) {
  return spawn(process.execPath, args, { cwd: root, env, stdio: ["ignore", "pipe", "inherit"] });
}

async function lineOf(child, isWanted) {
  for await (const line of createInterface({ input: child.stdout })) if (isWanted(line)) return line;
  throw new Error("a program of the soak ended before it listened");
}

/** One request read whole. @returns its status, 0 if the connection ended before */
function ask(port, path, { agent = false, headers = {} } = {}) {
  return new Promise((resolve) => {
    get({ host: "127.0.0.1", port, path, agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer.statusCode));
      answer.on("error", () => resolve(0));
    }).on("error", () => resolve(0));
  });
}

/** @param seconds how long */
export async function attack({ seconds, env = {} }) {
  const upstream = run(["bench/soak/upstream.mjs"], process.env);
  const github = Number(await lineOf(upstream, (line) => /^\d+$/.test(line)));
  const settings = {
    GITHUB_API_URL: `http://127.0.0.1:${github}`,
    GITHUB_RAW_URL: `http://127.0.0.1:${github}`,
    GITHUB_TOKEN: tokens,
    PORT: "0",
    HOST: "127.0.0.1",
    ...env,
  };
  // Started like the container.
  const { args, env: tunables } = containerStart();
  const server = run(args, { PATH: process.env.PATH, LOG_HIT_RATIO: "0", ...tunables, ...settings });
  const { port } = JSON.parse(await lineOf(server, (line) => line.includes('"listening"')));
  server.stdout.resume();
  const rss = () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))[1]) * 1024;

  const until = performance.now() + seconds * 1000;
  const isOver = () => performance.now() > until;
  const counts = { hits: 0, failedHits: 0, misses: 0, large: 0, refused: 0, unread: 0, silent: 0 };
  const sockets = new Set();
  const memory = [];
  let next = 0;

  function open(text) {
    const socket = connect(port, "127.0.0.1").on("error", () => undefined);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (text) socket.once("connect", () => socket.write(text));
    return socket;
  }

  async function readHits() {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    await ask(port, "/octocat", { agent });
    for (let n = 0; !isOver(); n++) {
      const headers = { "accept-encoding": ["gzip", "br", "identity"][n % 3], host: `gists-${n % 40}.example` };
      const status = await ask(port, "/octocat", { agent, headers: n % 4 === 0 ? headers : {} });
      counts.hits += 1;
      if (status !== 200) counts.failedHits += 1;
    }
    agent.destroy();
  }

  /** Twice each, so that the fast path knows it; and once with a parameter that no route reads. */
  async function crawl() {
    const agent = new Agent({ keepAlive: true, maxSockets: 8 });
    while (!isOver()) {
      const path = `/users/crawled-${next++}/gists`;
      for (const one of [path, path, `${path}?unread=${next}`]) await ask(port, one, { agent });
      counts.misses += 1;
      await sleep(2);
    }
    agent.destroy();
  }

  async function readLarge() {
    while (!isOver()) {
      const size = ["48", "14", "04", "08"][next % 4];
      const paths = Array.from(
        { length: size === "48" ? 20 : 5 },
        () => `/gists/${size}${(next++).toString(16).padStart(8, "0")}`,
      );
      for (const _ of ["cold", "known"]) {
        for (const status of await Promise.all(paths.map((path) => ask(port, path)))) {
          if (status === 200) counts.large += 1;
          else counts.refused += 1;
        }
      }
    }
  }

  async function readNothing() {
    while (!isOver()) {
      open(`GET /gists/20${(next++).toString(16).padStart(8, "0")} HTTP/1.1\r\nHost: x\r\n\r\n`).pause();
      counts.unread += 1;
      await sleep(100);
    }
  }

  async function saySilent() {
    while (!isOver()) {
      open(counts.silent % 2 ? undefined : `GET /octocat HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(12_000)}`);
      counts.silent += 1;
      await sleep(5);
    }
  }

  async function watch() {
    while (!isOver()) {
      memory.push(rss());
      await sleep(100);
    }
  }

  try {
    await Promise.all([readHits(), readHits(), crawl(), readLarge(), readNothing(), saySilent(), watch()]);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.kill("SIGKILL");
    upstream.kill("SIGKILL");
    await Promise.all([once(server, "exit"), once(upstream, "exit")]);
  }
  const need = toMemoryNeed(parseConfig(nodeSettings, settings));
  const largest = Math.max(...memory);
  const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
  const problems = [
    [
      largest > need,
      `${megabytes(largest)} MB resident are more than the ${megabytes(need)} MB that the settings need at most`,
    ],
    [counts.failedHits > 0, `${counts.failedHits} of ${counts.hits} hits of other clients failed`],
    [
      Object.entries(counts).some(([name, count]) => count === 0 && !/failed|refused/.test(name)),
      "a part of the attack did nothing",
    ],
    [server.exitCode !== null, "the server ended by itself"],
  ];
  return {
    seconds,
    counts,
    residentMB: { largest: megabytes(largest), last: megabytes(memory.at(-1)), need: megabytes(need) },
    problems: problems.filter(([isProblem]) => isProblem).map(([, problem]) => problem),
  };
}
