import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readName } from "../scripts/options.mjs";

const usage = `
npm run bench [NAME] [-- ...]

Runs one measurement; without a name all of them, one after another, and ends with the first that
fails. Each writes its results to bench/results. Needs a quiet machine.
`;
const names = {
  speed: "this service and its alternatives",
  pod: "a pod with its proxies: its knee, and the processor time of a request",
  telemetry: "the cost of telemetry for a cache hit",
  web: "the size of the explorer, and its loading time",
  soak: "a Zipf workload over a million keys, and an attack over HTTP",
  zipf: "calls to GitHub for a skewed load, next to the minimum",
  fleet: "calls to GitHub of a thousand processes in virtual time, next to the minimum",
};
const programs = {
  speed: "speed/run.mjs",
  pod: "pod/run.mjs",
  telemetry: "telemetry/run.mjs",
  web: "web/run.mjs",
  soak: "soak/soak.mjs",
  zipf: "soak/zipf.mjs",
  fleet: "fleet/run.mjs",
};
const { name } = readName({ usage, names });
if (name) await import(`./${programs[name]}`);
for (const program of name ? [] : Object.values(programs)) {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { status } = spawnSync(process.execPath, [path], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
