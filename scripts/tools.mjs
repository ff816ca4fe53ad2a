/**
 * The command-line tools of the platform checks, built from their Go modules at the versions of tools.json and kept in
 * the user's cache, so that every machine checks with the same ones.
 *
 * `node scripts/tools.mjs helm` prints the path; a path in an environment variable (`HELM`) is used instead.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const tools = JSON.parse(readFileSync(new URL("tools.json", import.meta.url), "utf8"));

/** Where built tools are kept, a folder a version. */
export const toolCache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "edge-gists", "tools");

/**
 * @param {string} name one of tools.json
 * @returns {string} the path of a tool that can be run, installed if need be
 * @throws {Error} when it is not listed or cannot be built
 */
export function tool(name) {
  const own = process.env[name.toUpperCase().replaceAll("-", "_")];
  if (own) return own;
  const listed = tools[name];
  if (!listed) throw new Error(`${name} is not listed in scripts/tools.json`);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const folder = join(toolCache, `${name}@${listed.version}`);
  const path = join(folder, name + suffix);
  if (existsSync(path)) return path;

  console.error(`building ${name} ${listed.version}`);
  const fresh = join(toolCache, `.${name}-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  const { status, error } = spawnSync("go", ["install", "-trimpath", `${listed.package}@${listed.version}`], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, GOBIN: fresh, GOFLAGS: "", CGO_ENABLED: "0" },
  });
  if (error || status !== 0) {
    throw new Error(
      `${name} ${listed.version} could not be built (${error?.message ?? `go ended with ${status}`}): install Go, or name the program in ${name.toUpperCase()}`,
    );
  }
  const built = listed.package.split("/").findLast((part) => !/^v\d+$/.test(part));
  mkdirSync(folder, { recursive: true });
  renameSync(join(fresh, built + suffix), path);
  return path;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of process.argv.slice(2)) console.log(tool(name));
}
