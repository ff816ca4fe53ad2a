import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSnapshot } from "../build/image/snapshot.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const sources = ["build", "build.mjs", "functions", "package-lock.json"];

/** The latest change below a path, in ms since the Unix epoch; 0 if there is nothing. */
function latest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => latest(join(path, name))));
}

/** Runs the build as a separate process; false if it failed, which it has then printed. */
export function build() {
  return spawnSync(process.execPath, [join(root, "build.mjs")], { cwd: root, stdio: "inherit" }).status === 0;
}

/** Builds if dist/ is missing or older than its sources; ends the process if that fails. */
export function buildIfNeeded() {
  const built = latest(join(root, "dist/package.json"));
  if (sources.some((source) => latest(join(root, source)) > built) && !build()) process.exit(1);
}

/**
 * The container's arguments for Node, on this machine: the snapshot is made if it is missing or older than the bundle.
 * @returns {{ args: string[], env: Record<string, string> }} arguments, and the Dockerfile's settings for glibc
 */
export function containerStart() {
  const folder = join(root, "dist/node");
  const blob = join(folder, "app.blob");
  if (latest(blob) < latest(join(folder, "app.js"))) buildSnapshot(folder);
  const dockerfile = readFileSync(join(root, "Dockerfile"), "utf8");
  const tunables = /GLIBC_TUNABLES=(\S+)/.exec(dockerfile)?.[1];
  const command = JSON.parse(/^CMD (.*)$/m.exec(dockerfile)[1]);
  return {
    args: command.map((argument) => (argument.endsWith("app.blob") ? blob : argument)),
    env: tunables ? { GLIBC_TUNABLES: tunables } : {},
  };
}
