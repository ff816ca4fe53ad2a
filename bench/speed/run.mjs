import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, platform, release } from "node:os";
import { join } from "node:path";
import { buildIfNeeded, root } from "../../harness/built.mjs";
import { busyAt, busyProcessors } from "../machine.mjs";
import { wrkVersion } from "../telemetry/load.mjs";
import { canPin, start, startSink } from "../telemetry/servers.mjs";
import { measureCold } from "./cold.mjs";
import { connections, loadCore, rounds, seconds } from "./conditions.mjs";
import { ohaVersion } from "./open-loop.mjs";
import { plotLatency } from "./plot.mjs";
import { writeProfile } from "./profile.mjs";
import { measureThroughput } from "./throughput.mjs";
import { measureWorker } from "./worker.mjs";
import { readOptions } from "../../scripts/options.mjs";

const usage = `
npm run bench speed [throughput|cold|worker|profile ...]

Measures this service and its alternatives in one run: all run at the same time
on one core, and get the same load in turn, in any order, from the other core. A ratio is of one
round, and the result is the median of rounds; absolute figures are of the machine. Parts that are
not named stay as measured before. Writes bench/results/speed.json. Needs wrk and oha (OHA).
`;
const parts = {
  throughput: "requests a second, and latency with it",
  cold: "the duration of a cold start",
  worker: "the Worker in workerd",
  profile: "where the time goes: writes bench/results/profile.txt",
};
const { positionals: asked } = readOptions({ usage, positionals: parts });

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

const earlier = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
const results = { ...earlier?.results };
const github = await start(loadCore, "stand-in/main.ts", {}, "/users/octocat/gists");
const sink = await startSink();
try {
  if (wants("throughput")) Object.assign(results, await measureThroughput(github, sink));
  if (wants("cold")) Object.assign(results, await measureCold(github));
  if (wants("worker")) results.worker = await measureWorker(github);
  if (wants("profile")) await writeProfile(github, sink);
} finally {
  github.stop();
  sink.stop();
}
console.table([...(results.cold ?? []), ...(results.memory ?? [])]);
console.table([results.worker, results.notModified].filter(Boolean));

const report = {
  what: "edge-gists beside bare node:http (CommonJS, the same bytes and fields) and beside what one would pick instead",
  method: {
    throughput: `wrk ${wrkVersion()}, one thread, ${connections} connections, ${seconds} s after one that does not count; ${rounds} rounds, each in an order of its own; edge-gists by the container's command`,
    latency: `oha ${ohaVersion()}, open loop with latency counted from the intended time, 64 connections, ${seconds} s, at shares of each server's own saturation, alternately, after one run that does not count; at 0.7 the median of ${rounds}`,
    cold: "exec to the first 200, asked over a new connection every millisecond; the container's command (snapshot, huge pages) on this machine; upstream on loopback",
    worker:
      "workerd serve, exec to the first /health, and to the first uncached gists; and the same of a Worker with a response of two bytes",
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
  /** The parts that this run measured, and when; the others are of earlier runs. */
  measured: {
    ...earlier?.measured,
    ...Object.fromEntries(
      Object.keys(parts)
        .filter(wants)
        .map((part) => [part, new Date().toISOString().slice(0, 10)]),
    ),
  },
  results,
};
mkdirSync(join(root, "bench/results"), { recursive: true });
if (Object.keys(parts).some((part) => part !== "profile" && wants(part)))
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
if (wants("throughput")) writeFileSync(join(root, "bench/results/latency.svg"), plotLatency(results.latency));
