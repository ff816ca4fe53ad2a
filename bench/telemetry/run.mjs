import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, platform, release } from "node:os";
import { join } from "node:path";
import { buildIfNeeded, root } from "../../harness/built.mjs";
import { busyAt, busyProcessors } from "../machine.mjs";
import { median } from "../speed/stats.mjs";
import { load, usage, wrkVersion } from "./load.mjs";
import { canPin, start, startSink } from "./servers.mjs";
import { variants } from "./variants.mjs";
import { readOptions } from "../../scripts/options.mjs";

const help = `
npm run bench telemetry

Measures the cost of telemetry for a cache hit. All variants run at the same time
and get the same load in turn; a ratio is of one round, and the result is the median of ROUNDS (7)
of SECONDS (3) each. Writes bench/results/telemetry.json. Needs wrk.
`;
readOptions({ usage: help });

const rounds = Number(process.env.ROUNDS ?? 7);
const seconds = Number(process.env.SECONDS ?? 3);
const connections = 32;
const path = "/octocat?per_page=1";
const [serverCore, loadCore] = [0, 1];

const round = (value, digits) => Number(value.toFixed(digits));

if (!wrkVersion()) throw new Error("needs wrk (Debian: apt-get install wrk)");
buildIfNeeded();
const busyBefore = await busyProcessors();
if (busyBefore > busyAt) {
  console.warn(
    `BUSY: ${busyBefore} processors before the start. Throughput means little then: repeat it on a quiet machine.`,
  );
}
// The sink runs on the load's core.
if (canPin) spawnSync("taskset", ["-a", "-cp", String(loadCore), String(process.pid)]);

const sink = await startSink();
const github = await start(loadCore, "stand-in/main.ts", {}, "/users/octocat/gists");
const servers = await Promise.all(
  variants.map(({ env, traced }) =>
    start(
      serverCore,
      "dist/node/server.js",
      {
        GITHUB_API_URL: github.url,
        CACHE_TTL_SECONDS: "86400",
        ...env,
        ...(traced && { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url }),
      },
      path,
    ),
  ),
);
const bodyBytes = (await (await fetch(`${servers[0].url}${path}`)).arrayBuffer()).byteLength;

const measured = variants.map(() => []);
try {
  for (const { url } of servers) await load(loadCore, `${url}${path}`, { connections, seconds: 2 });
  for (let n = 0; n < rounds; n++) {
    for (let step = 0; step < variants.length; step++) {
      const index = (n + step) % variants.length;
      const { url } = servers[index];
      const before = await usage(url);
      const { requests, perSecond } = await load(loadCore, `${url}${path}`, { connections, seconds });
      const after = await usage(url);
      measured[index].push({ perSecond, cpuMicroseconds: ((after.cpu - before.cpu) * 1e6) / requests });
    }
    console.log(`round ${n + 1} of ${rounds}`);
  }
} finally {
  for (const server of [...servers, github, sink]) server.stop();
}

const results = variants.map(({ name, env }, index) => {
  const ratio = (key) => round(median(measured[index].map((one, n) => one[key] / measured[0][n][key])), 2);
  return {
    name,
    env,
    requestsPerSecond: Math.round(median(measured[index].map((one) => one.perSecond))),
    throughputRatio: ratio("perSecond"),
    cpuMicrosecondsPerRequest: round(median(measured[index].map((one) => one.cpuMicroseconds)), 1),
    cpuRatio: ratio("cpuMicroseconds"),
  };
});

const { version, dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const report = {
  what: "The cost of telemetry for a cache hit, on Node, as ratios to metrics alone (which are always on)",
  method: {
    path,
    bodyBytes,
    load: `wrk ${wrkVersion()}, one thread, ${connections} connections, ${seconds} s a measurement`,
    rounds: `${rounds}, each variant once a round, in rotating order; ratios within a round, medians over rounds`,
    pinned: canPin ? "server on one core; load, stand-in and receiver on another" : "nothing",
    cpu: "process_cpu_seconds_total over the requests of a measurement: all threads of the server, export included",
  },
  machine: {
    processor: cpus()[0]?.model,
    cores: cpus().length,
    system: `${platform()} ${release()}`,
    busyProcessorsBefore: busyBefore,
    busy: busyBefore > busyAt,
  },
  versions: {
    "edge-gists": version,
    node: process.version,
    "prom-client": dependencies["prom-client"],
    "sonic-boom": dependencies["sonic-boom"],
    "@opentelemetry/sdk-trace": dependencies["@opentelemetry/sdk-trace"],
  },
  results,
};
mkdirSync(join(root, "bench/results"), { recursive: true });
writeFileSync(join(root, "bench/results/telemetry.json"), `${JSON.stringify(report, undefined, 2)}\n`);
console.table(results.map(({ env: _env, ...row }) => row));
