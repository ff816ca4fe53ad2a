import type { Redis } from "ioredis";
import type { Driver } from "unstorage";
import { type Opened, open } from "./client.ts";
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

/**
 * Connects to the masters and, where entries are read there, to the replicas. The driver is for entries; the client,
 * which speaks to the masters only, for everything else.
 */
export async function connect(options: RedisOptions): Promise<Opened & { failOver: FailOver }> {
  const { address } = options;
  const { driver, client, close } = open(address, options, "master", (message) => {
    if (elsewhere.test(message)) void look?.();
  });
  // A Cluster says itself where a slot is.
  const look = address.topology === "cluster" ? undefined : createLookout(client as Redis);
  const failOver = createFailOver(client, Date.now, options.timeout);
  const replicas = options.replicas && open(options.replicas, options, "replica");
  await new Promise<void>((resolve) => {
    client.once("ready", resolve);
    setTimeout(resolve, options.timeout).unref();
  });
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
