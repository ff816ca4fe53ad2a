/** Other people's programs, on PATH or in the folders of OBSERVE_PROGRAMS (a list like PATH). */
import { spawnSync } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, join } from "node:path";

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The path of a program; undefined if it is nowhere. */
export function findProgram(name, { OBSERVE_PROGRAMS = "", PATH = "" } = process.env) {
  const folders = [OBSERVE_PROGRAMS, PATH].flatMap((list) => list.split(delimiter)).filter(Boolean);
  const suffix = process.platform === "win32" ? ".exe" : "";
  return folders.map((folder) => join(folder, name + suffix)).find(isProgram);
}

/** Prometheus' version; one that does not say is a build of somebody's own, and new. */
export function prometheusMajor(path) {
  const { stdout, stderr } = spawnSync(path, ["--version"], { encoding: "utf8" });
  return Number(/version (\d+)\./.exec(`${stdout}${stderr}`)?.[1] ?? 3);
}
