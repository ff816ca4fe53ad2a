import type { Cluster, ClusterNode, ClusterOptions, Redis, RedisOptions as ClientOptions } from "ioredis";
import type { Driver } from "unstorage";
import redisDriver from "unstorage/drivers/redis";
import type { RedisAddress } from "./address.ts";
import { base } from "./keys.ts";
import type { RedisOptions } from "./options.ts";

export type Client = Redis | Cluster;

/** Pauses between attempts to connect, in milliseconds: short while a fail-over may be under way. */
const firstPause = 250;
const retryStrategy = (times: number) => (times <= 20 ? firstPause : Math.min((times - 20) * 500, 5000));

/** A server repeats the arguments of a command that it does not know: those of AUTH are the password. */
export const withoutArguments = (message: string) => message.replace(/,? with args beginning with.*$/s, "");

/** A node of the Cluster that is read: one of the slot's replicas that is connected, or else the master. */
function chooseReplica([master, ...replicas]: (Redis | undefined)[]): Redis | undefined {
  const there = replicas.filter((one) => one?.status === "ready" || one?.status === "wait");
  return there[Math.floor(Math.random() * there.length)] ?? master;
}

function connectionOptions(address: RedisAddress, { timeout, password, tls }: RedisOptions) {
  return {
    connectTimeout: Math.max(timeout * 4, 1000),
    // The store's own timeout applies; this one only ends calls that no caller waits for.
    commandTimeout: Math.max(timeout * 10, 1000),
    // A server whose machine is gone sends nothing, and closes nothing.
    socketTimeout: Math.max(timeout * 20, 3000),
    maxRetriesPerRequest: 0,
    // Both families of addresses: ioredis takes IPv4 only unless told.
    family: 0,
    connectionName: base,
    // CLIENT SETINFO would need a permission more.
    disableClientInfo: true,
    ...(address.username !== undefined && { username: address.username }),
    ...((address.password ?? password) !== undefined && { password: address.password ?? password }),
    ...(address.tls && { tls }),
  } satisfies ClientOptions;
}

function clusterOptions(connection: ReturnType<typeof connectionOptions>, reads: "master" | "replica"): ClusterOptions {
  return {
    redisOptions: connection,
    enableOfflineQueue: false,
    clusterRetryStrategy: retryStrategy,
    scaleReads: reads === "replica" ? chooseReplica : "master",
    // A command follows a slot that moves. It does not wait for a fail-over: its caller has a timeout, and asks again.
    maxRedirections: 4,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    // Finds the new master where the old one's machine is gone.
    slotsRefreshInterval: 5000,
    // The certificate may have the names of the nodes only.
    ...("tls" in connection && { dnsLookup: (name, callback) => callback(null, name) }),
  };
}

function sentinelOptions(address: RedisAddress, { sentinel, tls, timeout }: RedisOptions, reads: "master" | "replica") {
  return {
    sentinels: [...address.nodes],
    name: address.master!,
    role: reads === "replica" ? "slave" : "master",
    ...(sentinel.username !== undefined && { sentinelUsername: sentinel.username }),
    ...(sentinel.password !== undefined && { sentinelPassword: sentinel.password }),
    ...(address.tls && { enableTLSForSentinelMode: true, sentinelTLS: tls }),
    sentinelCommandTimeout: Math.max(timeout * 4, 1000),
    sentinelRetryStrategy: retryStrategy,
    sentinelReconnectStrategy: retryStrategy,
    // Leaves the old master when the Sentinels say so, even if it does not close its connections.
    failoverDetector: reads === "master",
  } satisfies ClientOptions;
}

/** unstorage's driver and its client. */
export interface Opened {
  driver: Driver;
  client: Client;
  close: () => void;
}

/**
 * Opens connections. It connects in the background and reconnects after failures: commands in the
 * meantime fail at once.
 * @param onReply called with each error that a server replies
 */
export function open(
  address: RedisAddress,
  options: RedisOptions,
  reads: "master" | "replica",
  onReply: (message: string) => void = () => undefined,
): Opened {
  let closed = false;
  const connection = {
    ...connectionOptions(address, options),
    reconnectOnError(error: Error) {
      error.message = withoutArguments(error.message);
      onReply(error.message);
      // The command has failed and is not sent again: its caller continues without it.
      return false;
    },
  };
  const driver =
    address.topology === "cluster"
      ? redisDriver({
          base,
          preConnect: true,
          cluster: [...address.nodes] as ClusterNode[],
          clusterOptions: clusterOptions(connection, reads),
        })
      : redisDriver({
          base,
          preConnect: true,
          ...connection,
          enableOfflineQueue: false,
          retryStrategy,
          db: address.database,
          ...(address.topology === "sentinel" ? sentinelOptions(address, options, reads) : address.nodes[0]),
        });
  const client = driver.getInstance?.() as Client;
  // Ahead of the first command: ioredis refuses commands for a node while it connects.
  if (client.isCluster)
    (client as Cluster).on("+node", (node: Redis) => {
      if (reads === "replica" || !node.options.readOnly) node.connect().catch(() => undefined);
    });
  // ioredis gives up where a Sentinel tells of a fail-over while it is being asked for the master.
  client.on("end", () => {
    if (!closed) setTimeout(() => void client.connect().catch(() => undefined), firstPause).unref();
  });
  // A node that is connecting refuses commands: of many at once, only the first one would wait for it.
  if (address.topology === "cluster")
    client.on("+node", (node: Redis) => {
      if (node.status === "wait") void node.connect().catch(() => undefined);
    });
  // Failures are reported by commands; without a listener the client would print each of them.
  client.on("error", () => undefined);
  return {
    driver,
    client,
    close() {
      closed = true;
      client.disconnect();
    },
  };
}
