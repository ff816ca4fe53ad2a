import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { readOptions } from "../scripts/options.mjs";

const usage = `
npm run bench [-- speed|telemetry|web|soak ...]

Runs the measurements one after another, all of them unless told, and ends with the first that
fails. Each writes its results to bench/results. Needs a quiet machine.
`;
const programs = {
  speed: "speed/run.mjs",
  telemetry: "telemetry/run.mjs",
  web: "web/run.mjs",
  soak: "soak/soak.mjs",
};
const { positionals } = readOptions({
  usage,
  positionals: {
    speed: "this service beside what a user would pick instead",
    telemetry: "what telemetry costs a request that the cache answers",
    web: "what the explorer weighs, and how soon it is there",
    soak: "a Zipf workload over a million keys, and an attack over HTTP",
  },
});

for (const [name, program] of Object.entries(programs)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const path = fileURLToPath(new URL(program, import.meta.url));
  const { status } = spawnSync(process.execPath, [path], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
