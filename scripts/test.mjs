import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build, root } from "../harness/built.mjs";
import { chromium } from "../harness/chromium.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm test [-- clients] [--all]

Runs all tests that need no cluster: build, types, lint, format and vitest's projects. Groups that
need a program that is missing are left out, and named. Last line: N passed, N failed.
The real clients of test/clients are run only when asked for: they are installed from PyPI, npm,
crates.io, Maven Central and the Go module proxy, and compiled, which takes minutes the first time.
`;
const {
  values: { all },
  positionals,
} = readOptions({
  usage,
  positionals: { clients: "only the matrix of real clients, on both runtimes" },
  options: { all: { type: "boolean", default: false, description: "a group that must be left out is a failure" } },
});

const results = { passed: 0, failed: 0 };
const leftOut = [];
// Tests that look for a tool by themselves then fail without it.
if (all) process.env.REQUIRE_ALL = "1";

function bin(name) {
  return join(root, "node_modules", name);
}

/** One check that passes or fails as a whole. */
function check(name, ok) {
  console.log(`${ok ? "ok" : "FAILED"}: ${name}\n`);
  results[ok ? "passed" : "failed"] += 1;
}

function run(script, ...args) {
  return spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" }).status === 0;
}

/** vitest's projects, each test counted. */
function vitest(projects) {
  const report = join(root, ".cache/vitest.json");
  mkdirSync(join(root, ".cache"), { recursive: true });
  const ok = run(
    bin("vitest/vitest.mjs"),
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...projects.map((project) => `--project=${project}`),
  );
  const { numPassedTests = 0, numFailedTests = 0 } = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : {};
  results.passed += numPassedTests;
  results.failed += numFailedTests;
  // A run can fail without a failed test: a file that does not load, an unhandled rejection.
  if (!ok && numFailedTests === 0) check("vitest", false);
  if (ok && numPassedTests === 0) check("vitest ran tests", false);
}

/** Sums up, and ends the process. */
function finish() {
  for (const group of leftOut) console.log(`LEFT OUT ${group}`);
  if (all && leftOut.length > 0) check("no group left out", false);
  console.log(`${results.passed} passed, ${results.failed} failed`);
  process.exit(results.failed === 0 ? 0 : 1);
}

check("build", build());
if (positionals.includes("clients")) {
  // Its globalSetup names the clients whose toolchain is missing.
  vitest(["clients-node", "clients-worker"]);
  finish();
}
check("types", run(bin("typescript/bin/tsc"), "--build"));
check("lint", run(bin("oxlint/bin/oxlint"), "--deny-warnings"));
check("format", run(bin("oxfmt/bin/oxfmt"), "--check"));
check("OpenAPI document", run(join(root, "scripts/openapi.mjs")));

const projects = [
  "unit",
  "contract-node",
  "contract-worker",
  "resilience-node",
  "resilience-worker",
  "telemetry-node",
  "telemetry-worker",
];
const has = (tool, flag) => spawnSync(tool, [flag]).status === 0;
if (has("redis-server", "--version")) projects.push("redis");
else leftOut.push("redis: needs redis-server (Debian: apt-get install redis-server)");
if (!has("openssl", "version")) leftOut.push("redis over TLS: needs openssl (Debian: apt-get install openssl)");
if (!has("nginx", "-v") && !has("/usr/sbin/nginx", "-v"))
  leftOut.push("shared caches: needs nginx (Debian: apt-get install nginx-light)");
for (const tool of ["prometheus", "promtool"]) {
  if (!has(tool, "--version")) leftOut.push(`telemetry by ${tool}: needs it (Debian: apt-get install prometheus)`);
}
if (chromium()) projects.push("browser-node", "browser-worker");
else leftOut.push("browser: needs Chromium (Debian: apt-get install chromium), or its path in CHROMIUM_PATH");
vitest(projects);
console.log("real clients: npm test -- clients");
finish();
