/** Programs from PyPI, at the versions of a requirements.txt, kept in the user's cache. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toolCache } from "./tools.mjs";

/**
 * @param {string} name of the package
 * @param {string} program that it brings
 * @param {URL} requirements file with a line `<name>==<version>`
 * @returns {string} the path of the program, installed if need be
 * @throws {Error} if it cannot be installed
 */
export function pypi(name, program, requirements) {
  const windows = process.platform === "win32";
  const [, version] = new RegExp(`^${name}==(\\S+)$`, "m").exec(readFileSync(requirements, "utf8"));
  const folder = join(toolCache, `${name}@${version}`);
  const bin = join(folder, windows ? "Scripts" : "bin");
  const path = join(bin, windows ? `${program}.exe` : program);
  if (existsSync(path)) return path;
  const run = (command, ...args) => spawnSync(command, args, { stdio: ["ignore", 2, 2] }).status === 0;
  const installed =
    run(windows ? "python" : "python3", "-m", "venv", folder) &&
    run(join(bin, "python"), "-m", "pip", "install", "--quiet", "--no-deps", `${name}==${version}`);
  if (!installed) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`${name} could not be installed: needs Python with venv (Debian: apt-get install python3-venv)`);
  }
  return path;
}
