/**
 * `npm run bench:speed`: this service beside what a user would pick instead, in one run. Everything that is compared
 * runs at the same time on one core, and gets the same load in turn, in any order; load comes from the other
 * core. A ratio is of one round, and the median of rounds is the result. Absolute figures are of the machine.
 *
 *     -- throughput | cold | worker | profile   these parts only (throughput has latency with it); the others stay as
 *                                               measured. profile writes bench/results/profile.txt: where the time goes
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, platform, release } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildIfNeeded, containerStart, root } from "../../scripts/built.mjs";
import { busyAt, busyProcessors } from "../machine.mjs";
import { load, wrkVersion } from "../telemetry/load.mjs";
import { canPin, start, startSink } from "../telemetry/servers.mjs";
import { coldStart } from "./cold.mjs";
import { ohaVersion, openLoop } from "./open-loop.mjs";
import { capture, startBare, startFastApi, startNginx } from "./peers.mjs";
import { plotLatency } from "./plot.mjs";
import { profile } from "./profile.mjs";
import { median, medianRatio } from "./stats.mjs";
import { workerCold } from "./worker.mjs";

const rounds = Number(process.env.ROUNDS ?? 5);
const seconds = Number(process.env.SECONDS ?? 3);
const connections = 32;
const [serverCore, loadCore] = [0, 1];
const shares = [0.1, 0.3, 0.5, 0.7, 0.8, 0.9];
const parts = ["throughput", "cold", "worker", "profile"];
const asked = process.argv.slice(2);
const unknown = asked.find((part) => !parts.includes(part));
if (unknown !== undefined) throw new Error(`no part ${unknown}: ${parts.join(", ")}`);
const wants = (part) => asked.length === 0 || asked.includes(part);
const file = join(root, "bench/results/speed.json");

for (const [name, version] of [
  ["wrk", wrkVersion()],
  ["oha", ohaVersion()],
]) {
  if (wants("throughput") && !version)
    throw new Error(`needs ${name} (Debian: apt-get install wrk; cargo install oha, or its path in OHA)`);
}
buildIfNeeded();
const busyBefore = await busyProcessors();
if (busyBefore > busyAt) console.warn(`BUSY: ${busyBefore} processors before the start: repeat it on a quiet machine.`);
if (canPin) spawnSync("taskset", ["-a", "-cp", String(loadCore), String(process.pid)]);

const fixed = (value, digits = 2) => Number(value.toFixed(digits));
const github = await start(loadCore, "test/github/main.ts", {}, "/users/octocat/gists");
const sink = await startSink();
const started = [github, sink];
const ours = { GITHUB_API_URL: github.url, CACHE_TTL_SECONDS: "86400", OTEL_EXPORTER_OTLP_ENDPOINT: sink.url };

/** Rounds of one load on several servers. @returns requests a second, a list of rounds for each server */
async function saturate(servers, more = []) {
  const measured = servers.map(() => []);
  for (const { url } of servers) await load(loadCore, url, { connections, seconds: 2, more });
  for (let round = 0; round < rounds; round++) {
    // By chance: with an order that only turns, each would always run behind the same one, and pay for what that left.
    const order = servers.map((_, index) => ({ index, at: Math.random() })).toSorted((a, b) => a.at - b.at);
    for (const { index } of order) {
      const { perSecond } = await load(loadCore, servers[index].url, { connections, seconds, more });
      measured[index].push(perSecond);
    }
  }
  return measured;
}

const earlier = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
const results = { ...earlier?.results };

async function measureThroughput() {
  results.throughput = [];
  results.latency = [];
  const hits = { LOG_HIT_RATIO: "0" };
  const unsampled = await start(
    serverCore,
    "dist/node/server.js",
    { ...ours, ...hits, OTEL_TRACES_SAMPLER: "always_off" },
    "/health",
  );
  const sampled = await start(serverCore, "dist/node/server.js", { ...ours, ...hits }, "/health");
  const logged = await start(
    serverCore,
    "dist/node/server.js",
    { ...ours, OTEL_TRACES_SAMPLER: "always_off" },
    "/health",
  );
  started.push(unsampled, sampled, logged);
  const paths = { small: "/octocat?per_page=1", large: "/octocat?per_page=21&page=3" };
  const peers = [
    ["FastAPI, one uvicorn worker, five fields a gist", await startFastApi(serverCore, github.url, paths.small)],
    ["FastAPI, one uvicorn worker, the same data", await startFastApi(serverCore, github.url, paths.small, "whole")],
    ["nginx, proxy_cache, one worker", await startNginx(serverCore, github.url, paths.small)],
  ].filter(([, server]) => server);
  started.push(...peers.map(([, server]) => server));

  for (const [size, path] of Object.entries(paths)) {
    const answer = await capture(`${unsampled.url}${path}`);
    await capture(`${unsampled.url}${path}`);
    const bare = await startBare(serverCore, await capture(`${unsampled.url}${path}`));
    started.push(bare);
    const servers = [
      ["bare node:http", bare, ""],
      ["edge-gists, hits not logged, traces unsampled", unsampled, path],
      ["edge-gists, hits logged, traces unsampled", logged, path],
      ["edge-gists, every request traced and exported", sampled, path],
      ...peers.map(([name, server]) => [name, server, path]),
    ];
    // One after the other: not each of them asks GitHub only once where many want the same.
    for (const [name, { url }, at] of servers) {
      const { status } = await capture(`${url}${at || "/"}`);
      if (status !== 200) throw new Error(`${name} answers ${path} with ${status}`);
    }
    const measured = await saturate(servers.map(([, { url }, at]) => ({ url: `${url}${at || "/"}` })));
    servers.forEach(([name], index) =>
      results.throughput.push({
        body: answer.body.length,
        name,
        perSecond: Math.round(median(measured[index])),
        toBare: medianRatio(measured[index], measured[0]),
        ...(name.startsWith("FastAPI") && { oursToIt: medianRatio(measured[1], measured[index]) }),
      }),
    );
    console.table(results.throughput.filter(({ body }) => body === answer.body.length));

    if (size === "small") {
      const { fields } = answer;
      const etag = fields[fields.findIndex((name) => name.toLowerCase() === "etag") + 1];
      const url = `${unsampled.url}${path}`;
      const full = [];
      const notModified = [];
      for (let round = 0; round < rounds; round++) {
        full.push((await load(loadCore, url, { connections, seconds })).perSecond);
        notModified.push(
          (await load(loadCore, url, { connections, seconds, more: ["-H", `If-None-Match: ${etag}`] })).perSecond,
        );
      }
      const weigh = ({ head, body }) => head + body.length;
      results.notModified = {
        requestsPerSecondToFull: medianRatio(notModified, full),
        bytes: weigh(await capture(url, { "if-none-match": etag })),
        bytesOfFull: weigh(await capture(url)),
      };
    }

    // Each at shares of what it itself can do.
    for (const [name, url, capacity] of [
      ["bare node:http", `${bare.url}/`, median(measured[0])],
      ["edge-gists", `${unsampled.url}${path}`, median(measured[1])],
    ]) {
      for (const share of shares) {
        const points = [];
        for (let round = 0; round < (share === 0.7 ? rounds : 1); round++) {
          points.push(
            await openLoop(loadCore, url, { perSecond: Math.round(capacity * share), connections: 64, seconds }),
          );
        }
        const of = (key) => fixed(median(points.map((point) => point[key])), 3);
        results.latency.push({
          body: answer.body.length,
          name,
          share,
          perSecond: Math.round(of("rate")),
          p50: of("p50"),
          p99: of("p99"),
        });
      }
    }
    console.table(results.latency.filter(({ body }) => body === answer.body.length));
  }
}

/** Nothing else runs now. Ours starts as the container does. */
async function measureCold() {
  const { args: command, env: tunables } = containerStart();
  const env = { GITHUB_API_URL: github.url, ...tunables };
  await coldStart(process.execPath, command, env, "/users/octocat/gists");
  const colds = { bare: [], health: [], gists: [], bareResident: [], resident: [] };
  for (let round = 0; round < Math.max(rounds, 11); round++) {
    const bare = await coldStart(process.execPath, [join(root, "bench/peers/bare.cjs")], {}, "/", { rest: round < 3 });
    const health = await coldStart(process.execPath, command, env, "/health", { rest: round < 3 });
    const gists = await coldStart(process.execPath, command, env, "/users/octocat/gists?per_page=1");
    colds.bare.push(bare.ms);
    colds.health.push(health.ms);
    colds.gists.push(gists.ms);
    if (round < 3) {
      colds.bareResident.push(bare.resident);
      colds.resident.push(health.resident);
    }
  }
  results.cold = [
    { name: "bare node:http, first answer", ms: fixed(median(colds.bare), 1), toBare: 1 },
    {
      name: "edge-gists, first /health",
      ms: fixed(median(colds.health), 1),
      toBare: medianRatio(colds.health, colds.bare),
    },
    {
      name: "edge-gists, first uncached gists",
      ms: fixed(median(colds.gists), 1),
      toBare: medianRatio(colds.gists, colds.bare),
    },
  ];
  results.memory = [
    { name: "bare node:http, idle", megabytes: fixed(median(colds.bareResident) / 1024, 1) },
    {
      name: "edge-gists, idle",
      megabytes: fixed(median(colds.resident) / 1024, 1),
      toBare: medianRatio(colds.resident, colds.bareResident),
    },
  ];
}

async function measureWorker() {
  results.worker = {
    ...(await workerCold(rounds)),
    gzipKilobytes: fixed(gzipSync(readFileSync(join(root, "dist/worker/worker.js")), { level: 9 }).length / 1000, 1),
  };
}

/** Names are the bundle's, which is minified: dist/node/app.js.map has the sources'. */
async function writeProfile() {
  const hits = { ...ours, LOG_HIT_RATIO: "0" };
  const { args, env: tunables } = containerStart();
  const path = "/octocat?per_page=1";
  const texts = [
    ["hits, traces unsampled", ["dist/node/server.js"], { ...hits, OTEL_TRACES_SAMPLER: "always_off" }, seconds],
    ["hits, every request traced and exported", ["dist/node/server.js"], hits, seconds],
    ["from the start to the first uncached gists", args, { GITHUB_API_URL: github.url, ...tunables }, undefined],
  ];
  let text = "Where the time goes: self time by V8's profiler, minified names (npm run bench:speed -- profile)\n";
  for (const [name, command, env, load] of texts)
    text += `\n## ${name}\n${await profile(serverCore, loadCore, command, env, path, load)}\n`;
  writeFileSync(join(root, "bench/results/profile.txt"), text);
}

try {
  try {
    if (wants("throughput")) await measureThroughput();
  } finally {
    for (const server of started.splice(2)) server.stop();
  }
  if (wants("cold")) await measureCold();
  if (wants("worker")) await measureWorker();
  if (wants("profile")) await writeProfile();
} finally {
  for (const server of started) server.stop();
}
console.table([...(results.cold ?? []), ...(results.memory ?? [])]);
console.table([results.worker, results.notModified].filter(Boolean));

const report = {
  what: "edge-gists beside bare node:http (CommonJS, the same bytes and fields) and beside what one would pick instead",
  method: {
    throughput: `wrk ${wrkVersion()}, one thread, ${connections} connections, ${seconds} s; ${rounds} rounds, each in an order of its own`,
    latency: `oha ${ohaVersion()}, open loop with latency counted from the intended time, 64 connections, ${seconds} s, at shares of each server's own saturation; at 0.7 the median of ${rounds}`,
    cold: "exec to the first 200, asked over a new connection every millisecond; the container's command (snapshot, huge pages) on this machine; upstream on loopback",
    worker: "workerd serve, exec to the first /health; beside a Worker that answers with two bytes",
    pinned: canPin ? "servers on one core, load, stand-in and receiver on the other" : "nothing",
  },
  machine: {
    processor: cpus()[0]?.model,
    cores: cpus().length,
    system: `${platform()} ${release()}`,
    busyProcessorsBefore: busyBefore,
    busy: busyBefore > busyAt,
  },
  versions: {
    node: process.version,
    "edge-gists": JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version,
  },
  /** What this run measured, and when; the rest is of earlier ones. */
  measured: {
    ...earlier?.measured,
    ...Object.fromEntries(parts.filter(wants).map((part) => [part, new Date().toISOString().slice(0, 10)])),
  },
  results,
};
mkdirSync(join(root, "bench/results"), { recursive: true });
if (parts.some((part) => part !== "profile" && wants(part)))
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
if (wants("throughput")) writeFileSync(join(root, "bench/results/latency.svg"), plotLatency(results.latency));
