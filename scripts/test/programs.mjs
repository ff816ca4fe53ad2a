/** What some tests need and npm does not bring. */
import { spawnSync } from "node:child_process";
import { chromium } from "../../harness/chromium.mjs";

const has = (tool, flag) => spawnSync(tool, [flag], { stdio: "ignore" }).status === 0;

const prometheus = (tool) => ({
  tests: `telemetry by ${tool}`,
  of: ["telemetry-node", "telemetry-worker"],
  isThere: () => has(tool, "--version"),
  need: `${tool} (Debian: apt-get install prometheus)`,
});

/** `group`: all tests of these are left out; `of`: some of theirs, which look for the program by themselves. */
const programs = [
  {
    tests: "redis",
    group: /^redis$/,
    isThere: () => [process.env.REDIS_SERVER ?? "redis-server", "valkey-server"].some((one) => has(one, "--version")),
    need: "redis-server or valkey-server (Debian: apt-get install redis-server)",
  },
  {
    tests: "browser",
    group: /^browser-/,
    isThere: () => chromium() !== undefined,
    need: "Chromium (Debian: apt-get install chromium-headless-shell), or its path in CHROMIUM_PATH",
  },
  {
    tests: "redis over TLS",
    of: ["redis", "telemetry-node"],
    isThere: () => has("openssl", "version"),
    need: "openssl (Debian: apt-get install openssl)",
  },
  {
    tests: "shared caches",
    of: ["resilience-node"],
    isThere: () => has("nginx", "-v") || has("/usr/sbin/nginx", "-v"),
    need: "nginx (Debian: apt-get install nginx-light)",
  },
  prometheus("prometheus"),
  prometheus("promtool"),
];

/**
 * @param {readonly import("./groups.mjs").Group[]} groups
 * @returns {{ groups: import("./groups.mjs").Group[], leftOut: string[] }} those that can run, and what cannot
 */
export function leaveOut(groups) {
  const concerns = ({ group, of = [] }) => groups.some(({ name }) => group?.test(name) || of.includes(name));
  const missing = programs.filter((program) => concerns(program) && !program.isThere());
  return {
    groups: groups.filter(({ name }) => !missing.some(({ group }) => group?.test(name))),
    leftOut: missing.map(({ tests, need }) => `${tests}: needs ${need}`),
  };
}
