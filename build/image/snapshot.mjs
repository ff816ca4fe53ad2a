import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Without these flags the bytes differ each time. They are reset before code is cached, see functions/node/app.ts. */
const always = ["--random-seed=1", "--hash-seed=1"];

const run = (args) => execFileSync(process.execPath, [...always, ...args], { stdio: "inherit" });

/**
 * Makes `app.blob` next to `app.js`, for the Node that runs this (its version, architecture and platform) and this
 * path.
 * @param {string} folder dist/node, or a copy of it
 * @returns {string[]} the arguments to start Node with
 * @throws Error if Node cannot make it; Node has printed the reason on standard error
 */
export function buildSnapshot(folder) {
  const blob = join(folder, "app.blob");
  run(["--snapshot-blob", blob, "--build-snapshot", join(folder, "app.js")]);
  return ["--snapshot-blob", blob];
}

/**
 * Makes `cache/` next to `app.js`: compiled code of the files that a start loads for some settings only, for this
 * user's Node.
 */
export function buildCache(folder) {
  run([join(dirname(fileURLToPath(import.meta.url)), "cache.mjs"), folder]);
}
