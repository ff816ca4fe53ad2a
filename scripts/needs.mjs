/**
 * Programs that checks need and npm does not bring. A check whose program is missing is left out and named; with
 * REQUIRE_ALL=1, or in CI (CI=true), it fails.
 */
import { spawnSync } from "node:child_process";
import { tool } from "./tools.mjs";

const { CI, DOCKER = "docker", REQUIRE_ALL } = process.env;

const runs = (program, ...args) => spawnSync(program, args, { stdio: "ignore" }).status === 0;
const debian = (name) => `Debian: apt-get install ${name}`;

/** Whether each is there, and how to get it. */
const programs = {
  // In CI as root an engine is started where none answers.
  docker: [
    () => runs(DOCKER, "version") || (CI === "true" && process.getuid?.() === 0 && runs("dockerd", "--version")),
    `an engine that answers, or CI=true as root; ${debian("docker.io")}`,
  ],
  git: [() => runs("git", "--version"), debian("git")],
  go: [() => runs("go", "version"), "https://go.dev/doc/install"],
  openssl: [() => runs("openssl", "version"), debian("openssl")],
  promtool: [() => runs("promtool", "--version"), debian("prometheus")],
  "python3 with venv": [
    () => runs(process.platform === "win32" ? "python" : "python3", "-c", "import ensurepip, venv"),
    debian("python3-venv"),
  ],
  // `go install` refuses it for its module's replacements. PyPI has the newest: test/platform/terraform/newest.
  terraform: [
    () => runs(process.env.TERRAFORM ?? "terraform", "version"),
    "https://developer.hashicorp.com/terraform/install, or its path in TERRAFORM",
  ],
};

/** A tool of tools.json is built where it is missing, which needs Go. */
function isBuilt(name) {
  try {
    return Boolean(tool(name));
  } catch {
    return false;
  }
}

/** @returns {string[]} those that are missing, each with how to get it */
function missing(names) {
  return names.flatMap((name) => {
    const [isThere, how] = programs[name] ?? [
      () => isBuilt(name),
      `install Go, which builds it, or name its path in ${name.toUpperCase()}`,
    ];
    return isThere() ? [] : [`${name} (${how})`];
  });
}

/**
 * @param {string} group what needs them, for people
 * @param {readonly string[]} names of programs
 * @returns {boolean} true if all of them are there; false if the group is to be left out, which is printed
 * @throws {Error} where one is missing and nothing may be left out
 */
export function hasAll(group, names) {
  const lacks = missing(names);
  if (lacks.length === 0) return true;
  const text = `${group}: needs ${lacks.join(", ")}`;
  if (REQUIRE_ALL === "1" || CI === "true") throw new Error(text);
  console.warn(`LEFT OUT ${text}`);
  return false;
}
