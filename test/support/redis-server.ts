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

/** False if redis-server is not on PATH: reported, and a failure if REQUIRE_ALL=1. */
export function hasRedis(): boolean {
  if (spawnSync("redis-server", ["--version"]).status === 0) return true;
  if (process.env.REQUIRE_ALL === "1") throw new Error("REQUIRE_ALL=1, and redis-server is not on PATH");
  console.warn("LEFT OUT: tests over a real Redis, since redis-server is not on PATH");
  return false;
}

/** Starts redis-server on a loopback port, a free one unless told; what it holds is in memory only. */
export async function startRedis(given?: number): Promise<RedisServer> {
  const port = given ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), "edge-gists-redis-"));
  const settings = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder, "--save", "", "--appendonly", "no"];
  const server = spawn("redis-server", settings, { stdio: "ignore" });
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
