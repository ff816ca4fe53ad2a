import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { readOptions, refuse } from "../../scripts/options.mjs";
import { problemsOf } from "./judge.mjs";
import { measureRedis } from "./redis-memory.mjs";
import { scenarios } from "./scenarios.mjs";

const usage = `
npm run bench fleet [-- --only=NAME]

A thousand processes and ten million users in virtual time, with the real layers: calls to GitHub
next to the minimum, also while processes stop, start and crash, and while GitHub limits a token.
Then the memory of entries in a real Redis. Takes minutes, 4 GB and redis-server. Writes
bench/results/fleet.json.
`;
const names = Object.keys(scenarios);
const description = `simulate one fleet, and keep the other results: ${names.join(", ")}`;
const { values } = readOptions({ usage, options: { only: { type: "string", value: "NAME", description } } });
const { only } = values;
if (only !== undefined && !names.includes(only)) refuse(`--only: one of ${names.join(", ")}, not "${only}"`);

const path = fileURLToPath(new URL("simulate.mjs", import.meta.url));

async function simulate([name, { title, options, ...rest }]) {
  const args = ["--no-warnings", path, JSON.stringify(options)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 ** 2 });
  const result = { name, title, ...rest, ...JSON.parse(stdout) };
  const { requests, calls, least, overLeast, cpuSeconds } = result;
  console.log(`${name}: ${JSON.stringify({ requests, calls, least, overLeast, cpuSeconds })}`);
  return result;
}

const waiting = Object.entries(scenarios).filter(([name]) => only === undefined || name === only);
const results = [];
async function work() {
  for (let next = waiting.shift(); next; next = waiting.shift()) results.push(await simulate(next));
}
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));

const redis = await measureRedis();
if (!redis) throw new Error("redis-server is not on PATH");
console.table(redis.measured);

const problems = results.flatMap((result) => problemsOf(result).map((problem) => `${result.name}: ${problem}`));
for (const problem of problems) console.log(`FAILED: ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else {
  const file = new URL("../results/fleet.json", import.meta.url);
  const earlier = only !== undefined && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).results : [];
  const all = [...results, ...(earlier ?? [])];
  const inOrder = names.flatMap((name) => all.find((result) => result.name === name) ?? []);
  const report = {
    what: "Calls to GitHub of a fleet, next to the least possible, in virtual time",
    method:
      "Each pod has the real layers of functions/core from coalescing to the call, a store of its own, and the shared tier: an in-memory model of Redis " +
      "with atomic leases that expire, 1 ms away. GitHub takes 40 to 160 ms, has an ETag for each token, its real quota, and 304s. The users are a Poisson " +
      "process, and each request goes to any pod. Time is virtual: it moves when all work of a millisecond is done. The least is computed from the log of " +
      "requests: one cache for all, without bounds, that calls GitHub only for a request for which nothing is fresh.",
    machine: { cpu: cpus()[0]?.model, cores: cpus().length },
    versions: { node: process.version },
    date: new Date().toISOString().slice(0, 10),
    results: inOrder,
    redis: {
      method:
        "used_memory of a Redis with the texts of entries whose bodies are half to one and a half times a mean, less the bodies",
      ...redis,
    },
  };
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`);
}
