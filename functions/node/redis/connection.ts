import type { Cluster, Redis } from "ioredis";
import type { Driver } from "unstorage";
import redisDriver from "unstorage/drivers/redis";
import { base } from "./keys.ts";
import { createLookout, elsewhere } from "./lookout.ts";

export type Client = Redis | Cluster;

export interface RedisOptions {
  /** redis:// or rediss://, with credentials and database where needed. */
  url: string;
  /** How long startup waits for a connection, and the client's own timeouts, in milliseconds. */
  timeout: number;
}

/** The servers: unstorage's driver for entries, and its client for everything else. */
export interface Connection {
  driver: Driver;
  client: Client;
  close: () => void;
}

/** Connects in the background and reconnects after failures: commands in the meantime fail at once. */
export async function connect({ url, timeout }: RedisOptions): Promise<Connection> {
  const driver = redisDriver({
    url,
    base,
    preConnect: true,
    connectTimeout: Math.max(timeout * 4, 1000),
    // The store's own timeout applies; this one only ends calls that no caller waits for.
    commandTimeout: Math.max(timeout * 10, 1000),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, 5000),
    // The command has failed and is not sent again: its caller continues without it.
    reconnectOnError: ({ message }) => {
      if (elsewhere.test(message)) void look();
      return false;
    },
  });
  const client = driver.getInstance?.() as Redis;
  const look = createLookout(client);
  // Failures are reported by commands; without a listener the client would print each of them.
  client.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    client.once("ready", resolve);
    setTimeout(resolve, timeout).unref();
  });
  return { driver, client, close: () => client.disconnect() };
}
