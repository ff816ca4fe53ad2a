import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../../harness/built.mjs";
import { readWorkerModules } from "../../harness/worker-modules.ts";
import { coldStart } from "./cold.mjs";
import { fixed, rounds } from "./conditions.mjs";
import { median, medianRatio } from "./stats.mjs";

const trivial = 'export default { fetch: () => new Response("ok") };';

/** workerd's configuration of one Worker, which may connect to loopback; the port is given on the command line. */
function toConfig(date, github, modules) {
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [${modules.map(({ path }) => `(name = "${path}", esModule = embed "${path}")`).join(", ")}],
      compatibilityDate = "${date}",
      bindings = [(name = "GITHUB_API_URL", text = "${github.url}")],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);`;
}

/** The code of modules that start at once, inside functions that are never called: measures the time to read it. */
function onlyRead(modules) {
  const statement = /(?:import(?:\{[^}]*\}from)?"[^"]+"|export\{[^}]*\});?/g;
  return `${modules.map(({ contents }) => `globalThis.unused = async function () {${contents.replace(statement, "")}\n};`).join("")}${trivial}`;
}

/** A module with those that it imports at once. */
function startsWith(modules, path, seen = new Set()) {
  const module = modules.find((one) => one.path === path);
  if (!module || seen.has(module)) return seen;
  seen.add(module);
  for (const [, name] of module.contents.matchAll(/(?:import|from)"\.\/([^"]+)"/g)) startsWith(modules, name, seen);
  return seen;
}

/** Size of modules, each compressed by gzip, in kB. */
function toKilobytes(modules) {
  return fixed(modules.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0) / 1000, 1);
}

/**
 * Cold start of the built Worker in workerd, and its first uncached gists. For comparison: a trivial Worker, and one
 * whose code is read and never run, which no Worker of this size can beat.
 */
export async function measureWorker(github) {
  const workerd = createRequire(join(root, "package.json"))("workerd").default;
  const date = /^compatibility_date = "(.+)"$/m.exec(readFileSync(join(root, "wrangler.toml"), "utf8"))?.[1];
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-workerd-"));
  const built = await readWorkerModules(join(root, "dist/worker/worker.js"));
  const atOnce = [...startsWith(built, "worker.js")];
  // What every request needs that no fast path serves.
  const router = built.find(({ path }) => path.startsWith("router-")).path;
  const toModule = (contents) => [{ path: "worker.js", contents }];
  const times = { trivial: [], read: [], ours: [], gists: [] };
  try {
    for (const [name, modules] of [
      ["trivial", toModule(trivial)],
      ["read", toModule(onlyRead(atOnce))],
      ["ours", built],
      ["gists", built],
    ]) {
      mkdirSync(join(folder, name));
      for (const { path, contents } of modules) writeFileSync(join(folder, name, path), contents);
      writeFileSync(join(folder, name, "config.capnp"), toConfig(date, github, modules));
    }
    for (let round = 0; round < Math.max(rounds, 7); round++) {
      for (const name of Object.keys(times)) {
        const args = (port) => ["serve", join(folder, name, "config.capnp"), "--socket-addr", `http=127.0.0.1:${port}`];
        const path = name === "gists" ? "/users/octocat/gists?per_page=1" : "/health";
        times[name].push((await coldStart(workerd, args, {}, path)).ms);
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    coldMs: fixed(median(times.ours), 1),
    trivialMs: fixed(median(times.trivial), 1),
    toTrivial: medianRatio(times.ours, times.trivial),
    readToTrivial: medianRatio(times.read, times.trivial),
    gistsToTrivial: medianRatio(times.gists, times.trivial),
    healthKilobytes: toKilobytes(atOnce),
    routerKilobytes: toKilobytes([...startsWith(built, router, new Set(atOnce))]),
  };
}
