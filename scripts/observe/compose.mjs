/** The stack by Docker Compose. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../../harness/built.mjs";

const { DOCKER = "docker" } = process.env;

const file = join(root, "observability/compose.yaml");

/** Why there is no compose here, in one sentence; undefined if there is. */
export function lackOfCompose(docker = DOCKER) {
  const works = (...args) => spawnSync(docker, args, { stdio: "ignore" }).status === 0;
  const without = "npm run demo:observe -- --native does without Docker.";
  if (!works("compose", "version")) return `This needs Docker with its compose plugin (version 2 or later): ${without}`;
  if (!works("version")) return `Docker's engine does not answer: start it. ${without}`;
  return undefined;
}

/** The variables of compose.yaml with which the service asks GitHub itself, with the caller's token. */
export function toGitHub({ GITHUB_TOKEN = "" }) {
  return {
    OBSERVE_GITHUB_API_URL: "https://api.github.com",
    OBSERVE_GITHUB_RAW_URL: "https://gist.githubusercontent.com",
    OBSERVE_GITHUB_TOKEN: GITHUB_TOKEN,
    OBSERVE_CACHE_TTL_SECONDS: GITHUB_TOKEN ? "60" : "600",
    OBSERVE_STAND_IN: "",
    RATE: "2",
  };
}

function compose(args, env = {}) {
  const child = spawn(DOCKER, ["compose", "--file", file, ...args], {
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, ...env },
    // Ctrl+C is this program's: it removes the containers.
    detached: process.platform !== "win32",
  });
  return { child, isDone: once(child, "exit").then(([code]) => code === 0) };
}

/** Docker's older CLI does not hand a signal on to its plugin, which is in the group of the CLI. */
function interrupt({ pid, exitCode, signalCode }) {
  if (exitCode === null && signalCode === null) process.kill(process.platform === "win32" ? pid : -pid, "SIGINT");
}

let starting;

/**
 * Whether the stack of this or of another clone runs: they share one name, so that `--down` finds it from each. A second
 * `up` would change the first one's containers, and its end would remove them.
 */
export function isRunning(docker = DOCKER) {
  const { stdout } = spawnSync(docker, ["compose", "--file", file, "ps", "--quiet"], { encoding: "utf8" });
  return Boolean(stdout?.trim());
}

/** Starts everything; false if that failed, which compose has said. */
export function up(env) {
  starting = compose(["up", "--detach", "--remove-orphans"], env);
  return starting.isDone;
}

/** Removes the containers and their data. A start under way is ended first: it would go on, and start what is removed here. */
export async function down() {
  if (starting) interrupt(starting.child);
  await starting?.isDone;
  return compose(["down", "--volumes", "--remove-orphans", "--timeout", "5"]).isDone;
}
