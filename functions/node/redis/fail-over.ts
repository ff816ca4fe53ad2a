import { type Cluster, Command, type Redis, ReplyError } from "ioredis";
import { entryKey } from "./keys.ts";
import type { Client } from "./client.ts";
import { elsewhere } from "./lookout.ts";

/** Time after the loss of a server in which another one is expected in its place, in milliseconds. */
const expected = 5000;

/** Most lost servers that are remembered. */
const maxLost = 1000;

const toServer = ({ options }: Redis) => `${options.host}:${options.port}`;

/** Errors that say nothing of the server's place: it refuses this command, or is no Redis. */
function isLoss(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError) return false;
  // Its name is that of its class, which a minified bundle does not keep.
  return !(error instanceof ReplyError) || elsewhere.test(error.message);
}

export type FailOver = ReturnType<typeof createFailOver>;

/**
 * Knows which server has an item, and whether that server was lost a moment ago.
 * @param timeout of an operation, in milliseconds: a later reply is none
 */
export function createFailOver(client: Client, now: () => number, timeout: number, onLost: () => void) {
  const lostAt = new Map<string, number>();
  /** Nothing can be lost that never worked. */
  let hasWorked = false;
  const cluster = client.isCluster ? (client as Cluster) : undefined;
  const listeners: ((server: string) => void)[] = [];

  function serverOf(item: string): string {
    return cluster?.slots[new Command("get", [entryKey(item)]).getSlot()!]?.[0] ?? "";
  }

  function lose(server: string): void {
    if (hasWorked && !lostAt.has(server)) {
      lostAt.set(server, now());
      onLost();
    }
    if (lostAt.size > maxLost) lostAt.delete(lostAt.keys().next().value!);
    cluster?.refreshSlotsCache();
  }

  function find(server: string): void {
    lostAt.delete(server);
    for (const listener of listeners) listener(server);
  }

  // A connection that ends tells it before a command does.
  if (cluster) {
    cluster.on("-node", (node: Redis) => lose(toServer(node)));
    cluster.on("+node", (node: Redis) => node.on("ready", () => find(toServer(node))));
  } else client.on("close", () => lose("")).on("ready", () => find(""));

  async function tell<T>(item: string, run: () => Promise<T>): Promise<T> {
    const server = serverOf(item);
    try {
      return await run();
    } catch (error) {
      if (isLoss(error)) lose(server);
      throw error;
    }
  }

  return {
    serverOf,
    lose,
    onBack: (listener: (server: string) => void) => void listeners.push(listener),
    /** True for some seconds after an item's server was lost: its replica is about to be the master. */
    isUnderWay: (item: string) => now() - (lostAt.get(serverOf(item)) ?? -Infinity) < expected,
    /** Reads on an item's server, and learns from a failure. A success says nothing: a demoted master can be read. */
    read: tell,
    /** Writes on an item's server, and learns from the outcome. */
    async write<T>(item: string, run: () => Promise<T>): Promise<T> {
      const since = now();
      const value = await tell(item, run);
      if (now() - since > timeout) return value;
      hasWorked = true;
      const server = serverOf(item);
      if (lostAt.has(server)) find(server);
      return value;
    },
  };
}
