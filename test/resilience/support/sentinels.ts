import { writeFile } from "node:fs/promises";
import { Redis } from "ioredis";
import { expect } from "vitest";
import { type RedisProcess, startRedisProcess } from "./redis-process.ts";

/** A master, its replicas, and three Sentinels that watch them. */
export interface Sentinels {
  /** For `REDIS_URL`, without credentials. */
  url: string;
  servers: RedisProcess[];
  sentinels: RedisProcess[];
  /** The server that the Sentinels name now. */
  master(): Promise<RedisProcess>;
  /** A client of a server. */
  client(server: RedisProcess): Redis;
  stop(): Promise<void>;
}

export const masterName = "edge-gists-cache";

interface SentinelsOptions {
  replicas?: number;
  /** Further arguments of the servers. */
  settings?: readonly string[];
  /** Password of the servers' default user, and of the Sentinels'. */
  password?: string;
  sentinelPassword?: string;
  /** Further lines of the Sentinels' configuration. */
  lines?: readonly string[];
}

/** Starts a master, replicas and three Sentinels, which take a master for dead after a second. */
export async function startSentinels(options: SentinelsOptions = {}): Promise<Sentinels> {
  const { replicas = 1, settings = [], password, sentinelPassword, lines = [] } = options;
  const secrets = password === undefined ? [] : ["--requirepass", password, "--masterauth", password];
  const given = [...settings, ...secrets, "--repl-diskless-sync-delay", "0"];
  const servers = [await startRedisProcess(given)];
  const [first] = servers;
  const clients: Redis[] = [];
  function connect(port: number, secret: string | undefined): Redis {
    const client = new Redis({ port, host: "127.0.0.1", ...(secret !== undefined && { password: secret }) });
    clients.push(client.on("error", () => undefined));
    return client;
  }
  for (let count = 0; count < replicas; count += 1) {
    const server = await startRedisProcess([...given, "--replicaof", `127.0.0.1 ${first!.port}`]);
    servers.push(server);
    await expect
      .poll(() => connect(server.port, password).info("replication"), { timeout: 20_000 })
      .toContain("master_link_status:up");
  }
  const sentinels = await Promise.all(
    [1, 2, 3].map(() =>
      startRedisProcess([], {
        async sentinel(file) {
          await writeFile(
            file,
            [
              `sentinel monitor ${masterName} 127.0.0.1 ${first!.port} 2`,
              `sentinel down-after-milliseconds ${masterName} 1000`,
              `sentinel failover-timeout ${masterName} 1500`,
              ...(password === undefined ? [] : [`sentinel auth-pass ${masterName} ${password}`]),
              ...(sentinelPassword === undefined
                ? []
                : [`requirepass ${sentinelPassword}`, `sentinel sentinel-pass ${sentinelPassword}`]),
              ...lines,
              "",
            ].join("\n"),
          );
        },
      }),
    ),
  );
  const asked = sentinels.map(({ port }) => connect(port, sentinelPassword));
  for (const client of asked)
    await expect
      .poll(async () => String(await client.call("sentinel", "ckquorum", masterName)), { timeout: 30_000 })
      .toContain("OK 3 usable");
  for (const client of asked)
    await expect
      .poll(() => client.call("sentinel", "replicas", masterName), { timeout: 30_000 })
      .toHaveLength(replicas);

  return {
    url: `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",")}/${masterName}`,
    servers,
    sentinels,
    async master() {
      const [, port] = (await asked[0]!.call("sentinel", "get-master-addr-by-name", masterName)) as string[];
      return servers.find((server) => String(server.port) === port)!;
    },
    client: (server) => connect(server.port, password),
    async stop() {
      for (const client of clients) client.disconnect();
      await Promise.all([...sentinels, ...servers].map((server) => server.stop()));
    },
  };
}
