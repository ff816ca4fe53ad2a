/** A Docker engine: the one that responds, or a private one that is stopped and removed afterwards. */
import { type ChildProcess, execFile, spawn, type SpawnOptions, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

/** How an engine is reached. */
export interface Address {
  /** The program `docker`. */
  client: string;
  /** Environment of the program. */
  env: Record<string, string>;
}

export interface Engine extends Address {
  version: string;
  /** Runs a command; what it printed. Throws if it fails. */
  docker: (...args: string[]) => Promise<string>;
  spawn: (args: readonly string[], options?: SpawnOptions) => ChildProcess;
}

const runs = promisify(execFile);

/** Debian's own `docker` builds with BuildKit. A newer one on the path may lack the plugin. */
function findClient(): string {
  const { DOCKER } = process.env;
  const found = ["docker", "/usr/bin/docker"].filter((name) => spawnSync(name, ["--version"]).status === 0);
  const major = (name: string) => Number(/(\d+)\./.exec(String(spawnSync(name, ["--version"]).stdout))?.[1] ?? 0);
  const builds = (name: string) => major(name) < 23 || spawnSync(name, ["buildx", "version"]).status === 0;
  return DOCKER ?? found.find(builds) ?? found[0] ?? "docker";
}

export function createEngine({ client, env }: Address): Engine {
  const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return {
    client,
    env,
    version: String(spawnSync(client, ["version", "--format", "{{.Server.Version}}"], options).stdout).trim(),
    docker: async (...args) => (await runs(client, args, options)).stdout.trim(),
    spawn: (args, more = {}) => spawn(client, args, { ...more, env: { ...options.env, ...more.env } }),
  };
}

function answers({ client, env }: Address): boolean {
  return (
    spawnSync(client, ["version", "--format", "{{.Server.Version}}"], { env: { ...process.env, ...env } }).status === 0
  );
}

interface Opened {
  address: Address;
  isPrivate: boolean;
  close: () => Promise<void>;
}

/** An engine of our own: its data, state and socket in a folder for the time being, no network but the machine's. */
async function startPrivate(client: string): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-docker-"));
  const log = openSync(join(folder, "log"), "w");
  const host = `unix://${folder}/socket`;
  const daemon = spawn(
    "dockerd",
    [
      `--data-root=${folder}/data`,
      `--exec-root=${folder}/run`,
      `--pidfile=${folder}/pid`,
      `--host=${host}`,
      "--bridge=none",
      "--iptables=false",
      "--ip6tables=false",
    ],
    { stdio: ["ignore", log, log] },
  );
  const exited = once(daemon, "exit");
  async function close() {
    daemon.kill("SIGTERM");
    if ((await Promise.race([exited, sleep(30_000)])) === undefined) daemon.kill("SIGKILL");
    closeSync(log);
    // It leaves the network namespace that its containers shared with the machine.
    spawnSync("umount", [join(folder, "run/netns/default")]);
    rmSync(folder, { recursive: true, force: true });
  }
  const env = { DOCKER_HOST: host, DOCKER_CONFIG: join(folder, "config") };
  for (const deadline = Date.now() + 60_000; Date.now() < deadline && daemon.exitCode === null; await sleep(200)) {
    if (answers({ client, env })) return { address: { client, env }, isPrivate: true, close };
  }
  const said = readFileSync(join(folder, "log"), "utf8").trim().split("\n").slice(-10).join("\n");
  await close();
  throw new Error(`a private dockerd did not start:\n${said}`);
}

/**
 * The engine that `docker` speaks to. If none responds, one is started, but only in CI and as root.
 * @throws Error if there is none, and none may be started
 */
export async function openEngine(): Promise<Opened> {
  const address = { client: findClient(), env: {} };
  if (answers(address)) return { address, isPrivate: false, close: () => Promise.resolve() };
  const mayStart = process.env["CI"] === "true" && process.getuid?.() === 0;
  if (mayStart && spawnSync("dockerd", ["--version"]).status === 0) return startPrivate(address.client);
  throw new Error("no Docker engine responds (as root, CI=true starts a private one for the time of the check)");
}
