/**
 * `node scripts/prerequisites.mjs`: what the checks need beyond npm, on Debian and Ubuntu; only what is missing. Needs
 * to be root, or sudo. No service is started: apt-get is told so while it installs, and no longer.
 */
import { spawnSync } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { chromium } from "../harness/chromium.mjs";

const has = (program, ...args) => spawnSync(program, args, { stdio: "ignore" }).status === 0;

/** Debian packages, and whether what they bring is there. */
const needs = [
  [["git"], () => has("git", "--version")],
  // Also where Debian has the whole browser: the shell takes less CPU.
  [["chromium-headless-shell", "fonts-dejavu-core"], () => ![undefined, "/usr/bin/chromium"].includes(chromium())],
  [["redis-server"], () => has("redis-server", "--version")],
  [["nginx-light"], () => has("nginx", "-v") || has("/usr/sbin/nginx", "-v")],
  [["prometheus"], () => has("promtool", "--version")],
  [["openssl"], () => has("openssl", "version")],
  [["docker.io"], () => has("dockerd", "--version")],
  [["python3", "python3-venv"], () => has("python3", "-c", "import ensurepip, venv")],
  // For test/clients; Go and Rust, which it needs too, are older in Debian than its clients ask for.
  [["gh"], () => has("gh", "--version")],
  [["ruby-octokit"], () => has("ruby", "-e", "require 'octokit'")],
  [["default-jdk-headless"], () => has("javac", "--version")],
  [["maven"], () => has("mvn", "--version")],
];
const packages = needs.flatMap(([names, isThere]) => (isThere() ? [] : names));

/** Services that come with a package are not started while this file says so. */
const policy = "/usr/sbin/policy-rc.d";

function install() {
  const isRoot = process.getuid?.() === 0;
  const run = (...command) =>
    spawnSync(isRoot ? command[0] : "sudo", isRoot ? command.slice(1) : command, {
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  // Elsewhere than in a bare container starting them does no harm.
  const isOurs = isRoot && !existsSync(policy);
  if (isOurs) writeFileSync(policy, "#!/bin/sh\nexit 101\n", { mode: 0o755 });
  try {
    return (
      run("apt-get", "update", "-q") && run("apt-get", "install", "-q", "-y", "--no-install-recommends", ...packages)
    );
  } finally {
    if (isOurs) rmSync(policy);
  }
}

if (packages.length > 0) {
  console.log(`installing ${packages.join(" ")}`);
  if (!install()) process.exitCode = 1;
}
