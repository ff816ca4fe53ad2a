import { spawnSync } from "node:child_process";
import { root } from "../harness/built.mjs";

/**
 * Runs a command to its end; its output is shown and returned.
 * @returns {string} its output on either stream
 * @throws {Error} if it fails
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
