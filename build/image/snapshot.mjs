import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Without them the same source gives other bytes every time. They are taken back before code is kept, see functions/node/app.ts. */
const always = ["--random-seed=1", "--hash-seed=1"];

const run = (args) => execFileSync(process.execPath, [...always, ...args], { stdio: "inherit" });

/**
 * Makes `app.blob` beside `app.js`, for the Node that runs this (its version, architecture and platform) and this path.
 * @param {string} folder dist/node, or what became of it
 * @returns {string[]} the arguments to start Node with
 * @throws Error where Node cannot make it; it has said why on standard error
 */
export function buildSnapshot(folder) {
  const blob = join(folder, "app.blob");
  run(["--snapshot-blob", blob, "--build-snapshot", join(folder, "app.js")]);
  return ["--snapshot-blob", blob];
}

/** Makes `cache/` beside `app.js`: compiled code of what a start loads by some settings only, for this user's Node. */
export function buildCache(folder) {
  run([join(dirname(fileURLToPath(import.meta.url)), "cache.mjs"), folder]);
}
