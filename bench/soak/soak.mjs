import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "../../harness/built.mjs";
import { attack } from "./attack.mjs";
import { judge } from "./judge.mjs";
import { readOptions, readWhole } from "../../scripts/options.mjs";

const usage = `
npm run bench soak [-- --keys=N] [--check]

A Zipf workload over a million distinct keys against the real core, in-process, with an injected
clock and an injected GitHub; then the built server, attacked over HTTP. Writes
bench/results/soak.json, which explains itself.
`;
const {
  values: { check, ...values },
} = readOptions({
  usage,
  options: {
    keys: { type: "string", value: "N", default: "1000000", description: "number of keys" },
    check: { type: "boolean", default: false, description: "check only, write nothing: for CI" },
  },
});
const keys = readWhole("keys", values.keys, { min: 1 });

const root = new URL("../../", import.meta.url);

/** Limits of the process's own tier: the defaults, and ones that are far too small for the workload. */
const bounds = {
  default: { CACHE_MAX_ENTRIES: "10000", CACHE_MAX_BYTES: String(64 * 1024 * 1024) },
  small: { CACHE_MAX_ENTRIES: "1000", CACHE_MAX_BYTES: String(4 * 1024 * 1024) },
};
/** Body sizes for which the memory of an entry is measured. */
const sizes = check ? [1000] : [300, 1000, 4000, 16_000, 64_000];

async function run(script, options) {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--no-warnings", "--expose-gc", path, JSON.stringify(options)],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  return JSON.parse(stdout);
}

const runs = await Promise.all(
  Object.entries(bounds).map(async ([name, env]) => ({ name, bounds: env, ...(await run("run.mjs", { keys, env })) })),
);
const overhead = [];
for (const size of sizes) {
  overhead.push(await run("overhead.mjs", { size, entries: Math.min(5000, Math.floor(6e7 / size)) }));
}

if (!build()) throw new Error("the build failed");
const attacked = await attack({ seconds: check ? 30 : 180 });

const verdicts = runs.map((result) => judge(result));
let failed = 0;
for (const { name, summary, problems } of verdicts) {
  console.log(`${name} bounds: ${JSON.stringify(summary)}`);
  for (const problem of problems) console.log(`FAILED: ${name} bounds: ${problem}`);
  failed += problems.length > 0 ? 1 : 0;
}
console.table(overhead);
const honest = overhead.every(({ liveOverhead, countedOverhead }) => liveOverhead <= countedOverhead);
if (!honest)
  console.log("FAILED: an entry costs more than the bound counts for it (functions/core/cache/store/memory.ts)");
if (!honest) failed += 1;

console.log(`attacked over HTTP: ${JSON.stringify({ ...attacked.counts, ...attacked.residentMB })}`);
for (const problem of attacked.problems) console.log(`FAILED: attacked over HTTP: ${problem}`);
if (attacked.problems.length > 0) failed += 1;

if (!check) {
  const versionOf = (name) =>
    JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, root), "utf8")).version;
  const [cpu] = cpus();
  const report = {
    method:
      "The real core in one process for each bounds, its clock stepped 5 ms a request, GitHub injected. Requests one after another: half a crawl " +
      "over all keys, each once; half drawn from a Zipf law (exponent 1) over the same keys. Least calls: one for each key and lifetime, " +
      "as of a cache without bounds. Resident memory before, live bytes after a full collection at 60 samples. " +
      "The clock runs faster than time, so that the timeouts of some thousand calls are pending at any moment: part of the memory shown. " +
      "Overhead: growth of heap and buffers for each entry beyond its body, over entries of one size, after full collections. " +
      "Attacked: the built server with its defaults, over HTTP, all at once: a crawl of distinct resources, each known to the fast path; spellings " +
      "and parameters without end; gists of 1 to 18 MiB, up to 20 at a time; 10 clients a second that ask for 8 MiB and read nothing; 200 connections a " +
      "second that say nothing or half a request. Resident memory every 100 ms, against what functions/node/memory.ts says that the settings need.",
    machine: {
      cpu: cpu?.model,
      cores: cpus().length,
      memoryBytes: totalmem(),
      platform: process.platform,
      arch: process.arch,
    },
    versions: {
      node: process.version,
      ...Object.fromEntries(["hono", "lru-cache", "ofetch", "unstorage"].map((name) => [name, versionOf(name)])),
    },
    date: new Date().toISOString().slice(0, 10),
    runs: runs.map(({ memory, ...result }, n) => ({ ...result, summary: verdicts[n].summary, memory })),
    overhead,
    attacked,
  };
  mkdirSync(new URL("bench/results/", root), { recursive: true });
  writeFileSync(new URL("bench/results/soak.json", root), `${JSON.stringify(report, undefined, 2)}\n`);
}
console.log(`${verdicts.length + 2 - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
