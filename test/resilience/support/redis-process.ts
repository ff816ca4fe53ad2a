import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../../harness/free-port.ts";
import { redisProgram } from "../../support/redis-server.ts";

/** A real Redis or Valkey of the test's own, that can be treated badly. */
export interface RedisProcess {
  port: number;
  url: string;
  /** SIGKILL; resolves once it is gone. Its content is lost. */
  kill(): Promise<void>;
  /** Starts it again on the same port, empty. */
  restart(): Promise<void>;
  /** SIGSTOP: connections stay open, and nothing responds. */
  freeze(): void;
  thaw(): void;
  /** Kills it and removes its folder. */
  stop(): Promise<void>;
}

export interface RedisProcessOptions {
  /** Listens with TLS only; the certificates are the caller's settings. */
  tls?: boolean;
  /** Makes it a Sentinel: writes its configuration file. */
  sentinel?: (file: string) => Promise<void>;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

/**
 * Starts a server on a free loopback port; what it holds is in memory only.
 * @param settings further arguments, such as `--maxmemory 1mb`
 * @throws Error if it does not listen within 10 s
 */
export async function startRedisProcess(
  settings: readonly string[] = [],
  { tls = false, sentinel }: RedisProcessOptions = {},
): Promise<RedisProcess> {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-redis-"));
  const listen = tls ? ["--port", "0", "--tls-port", String(port)] : ["--port", String(port)];
  const always = ["--bind", "127.0.0.1", "--dir", folder];
  const ofServer = ["--save", "", "--appendonly", "no"];
  const file = join(folder, "sentinel.conf");
  await sentinel?.(file);
  const args = sentinel
    ? [file, "--sentinel", ...listen, ...always, ...settings]
    : [...listen, ...always, ...ofServer, ...settings];
  let server: ChildProcess;
  // Also if a run is broken off before `stop`.
  const end = () => void server.kill("SIGKILL");
  process.once("exit", end);

  async function start(): Promise<void> {
    server = spawn(redisProgram()!, args, { stdio: "ignore" });
    for (let tries = 0; !(await accepts(port)); tries++) {
      if (tries === 500 || server.exitCode !== null) throw new Error(`${redisProgram()} does not listen`);
      await sleep(20);
    }
  }
  async function kill(): Promise<void> {
    const gone = new Promise((resolve) => server.once("exit", resolve));
    if (server.exitCode === null && server.signalCode === null && server.kill("SIGKILL")) await gone;
  }
  await start();
  return {
    port,
    url: `${tls ? "rediss" : "redis"}://127.0.0.1:${port}`,
    kill,
    restart: start,
    freeze: () => void server.kill("SIGSTOP"),
    thaw: () => void server.kill("SIGCONT"),
    async stop() {
      process.off("exit", end);
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
