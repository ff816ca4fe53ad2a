import { spawnSync } from "node:child_process";
import { root } from "../harness/built.mjs";

/**
 * Runs a command to its end, its output shown and kept.
 * @returns {string} what it printed on either output
 * @throws {Error} where it fails
 */
export function run(program, args, options = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    ...options,
  });
  const text = `${stdout ?? ""}${stderr ?? ""}`;
  process.stdout.write(text);
  if (status !== 0) throw new Error(`${program} ${args[0]} ended with ${error?.message ?? `code ${status}`}`);
  return text;
}
