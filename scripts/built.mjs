import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const sources = ["functions", "build.mjs", "package-lock.json"];

/** The latest change below a path, in ms since the Unix epoch; 0 where there is nothing. */
function latest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => latest(join(path, name))));
}

/** Runs the build in a process of its own; false where it failed, which it has then printed. */
export function build() {
  return spawnSync(process.execPath, [join(root, "build.mjs")], { cwd: root, stdio: "inherit" }).status === 0;
}

/** Builds where dist/ is missing or older than its sources; ends the process where that fails. */
export function buildIfNeeded() {
  const built = latest(join(root, "dist/package.json"));
  if (sources.some((source) => latest(join(root, source)) > built) && !build()) process.exit(1);
}
