import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster, Redis } from "ioredis";
import type { Driver } from "unstorage";
import type { Metrics } from "../../core/telemetry/metrics.ts";
import { type Client, type Opened, open } from "./client.ts";
import { createFailOver, type FailOver } from "./fail-over.ts";
import { itemKey } from "./keys.ts";
import { createLookout, elsewhere } from "./lookout.ts";
import type { RedisOptions } from "./options.ts";

/** The driver whose entries have the keys of keys.ts. They are read from the replicas where these are there. */
function toDriver(masters: Driver, replicas: Opened | undefined, { read }: FailOver): Driver {
  return {
    ...masters,
    async getItem(item, options) {
      const key = itemKey(item);
      if (replicas?.client.status === "ready") {
        const found = await Promise.resolve(replicas.driver.getItem(key, options)).catch(() => undefined);
        if (found !== undefined) return found;
      }
      return read(item, async () => masters.getItem(key, options));
    },
    setItem: (item, value, options) => masters.setItem?.(itemKey(item), value, options),
    removeItem: (item, options) => masters.removeItem?.(itemKey(item), options),
  };
}

/** Resolves once the client is connected: that of a Cluster to all masters. */
async function untilReady(client: Client): Promise<void> {
  const isReady = (one: Client) => one.status === "ready" || new Promise((resolve) => one.once("ready", resolve));
  await isReady(client);
  if (client.isCluster) await Promise.all((client as Cluster).nodes("master").map(isReady));
}

/** Servers to which a client is connected. */
function connectionsOf(client: Client): number {
  const nodes = client.isCluster ? (client as Cluster).nodes() : [client];
  return nodes.filter(({ status }) => status === "ready").length;
}

/**
 * Connects to the masters and, where entries are read there, to the replicas. The driver is for entries; the client,
 * which speaks to the masters only, for everything else.
 */
export async function connect(
  options: RedisOptions,
  metrics?: Pick<Metrics, "add" | "set" | "onExpose">,
): Promise<Opened & { failOver: FailOver }> {
  const { address } = options;
  const { topology } = address;
  const { driver, client, close } = open(address, options, "master", (message) => {
    if (elsewhere.test(message)) void look?.();
  });
  // A Cluster says itself where a slot is.
  const look = topology === "cluster" ? undefined : createLookout(client as Redis);
  const failOver = createFailOver(client, Date.now, options.timeout, () =>
    metrics?.add("redis_servers_lost_total", { topology }),
  );
  const replicas = options.replicas && open(options.replicas, options, "replica");
  metrics?.onExpose(() => {
    const connections = connectionsOf(client) + (replicas ? connectionsOf(replicas.client) : 0);
    metrics.set("redis_connections", { topology }, connections);
  });
  await Promise.race([untilReady(client), sleep(options.timeout, undefined, { ref: false })]);
  return {
    driver: toDriver(driver, replicas, failOver),
    client,
    failOver,
    close() {
      close();
      replicas?.close();
    },
  };
}
