import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "../../harness/free-port.ts";

/** A real Redis of the test's own. */
export interface RedisServer {
  url: string;
  /** A second client, for the test itself. */
  client: Redis;
  stop(): Promise<void>;
}

/** The server program: that of REDIS_SERVER, or else the first of these on PATH; undefined if there is none. */
export function redisProgram(): string | undefined {
  const { REDIS_SERVER } = process.env;
  const programs = REDIS_SERVER ? [REDIS_SERVER] : ["redis-server", "valkey-server"];
  program ??= programs.find((one) => spawnSync(one, ["--version"]).status === 0);
  return program;
}
let program: string | undefined;

/** False if there is no server program: reported, and a failure if REQUIRE_ALL=1. */
export function hasRedis(): boolean {
  if (redisProgram() !== undefined) return true;
  if (process.env.REQUIRE_ALL === "1" || process.env.REDIS_SERVER)
    throw new Error("REQUIRE_ALL=1 or REDIS_SERVER is set, and neither redis-server nor valkey-server is on PATH");
  console.warn("LEFT OUT: tests over a real Redis, since neither redis-server nor valkey-server is on PATH");
  return false;
}

/** Starts the server program on a loopback port, a free one unless told; what it holds is in memory only. */
export async function startRedis(given?: number): Promise<RedisServer> {
  const port = given ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-redis-"));
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = spawn(redisProgram()!, settings, { stdio: "ignore" });
  // Also if a run is broken off before `stop`.
  const end = () => void server.kill("SIGKILL");
  process.once("exit", end);
  const client = new Redis({ port, host: "127.0.0.1", retryStrategy: () => 20, maxRetriesPerRequest: null });
  client.on("error", () => undefined);
  await client.ping();
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    async stop() {
      client.disconnect();
      process.off("exit", end);
      const gone = new Promise((resolve) => server.once("exit", resolve));
      if (server.exitCode === null && server.signalCode === null && server.kill("SIGKILL")) await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
