/** zizmor (https://docs.zizmor.sh), from PyPI at the version of requirements.txt, kept in the user's cache. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toolCache } from "../tools.mjs";

const requirements = new URL("requirements.txt", import.meta.url);

/**
 * @returns {string} the path of the program, installed if need be
 * @throws {Error} where it cannot be installed
 */
export function zizmor() {
  const windows = process.platform === "win32";
  const [, version] = /^zizmor==(\S+)$/m.exec(readFileSync(requirements, "utf8"));
  const folder = join(toolCache, `zizmor@${version}`);
  const bin = join(folder, windows ? "Scripts" : "bin");
  const path = join(bin, windows ? "zizmor.exe" : "zizmor");
  if (existsSync(path)) return path;
  const run = (program, ...args) => spawnSync(program, args, { stdio: ["ignore", 2, 2] }).status === 0;
  const installed =
    run(windows ? "python" : "python3", "-m", "venv", folder) &&
    run(join(bin, "python"), "-m", "pip", "install", "--quiet", "--no-deps", `zizmor==${version}`);
  if (!installed) {
    rmSync(folder, { recursive: true, force: true });
    throw new Error("zizmor could not be installed: needs Python with venv (Debian: apt-get install python3-venv)");
  }
  return path;
}
