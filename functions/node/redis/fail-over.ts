import { type Cluster, Command } from "ioredis";
import { entryKey } from "./keys.ts";
import type { Client } from "./client.ts";
import { elsewhere } from "./lookout.ts";

/** Time after the loss of a server in which another one is expected in its place, in milliseconds. */
const expected = 5000;

/** Errors that say nothing of the server's place: it refuses this command, or is no Redis. */
function isLoss(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof TypeError) return false;
  return error.name !== "ReplyError" || elsewhere.test(error.message);
}

export type FailOver = ReturnType<typeof createFailOver>;

/** Knows which server has an item, and whether that server was lost a moment ago. */
export function createFailOver(client: Client, now: () => number) {
  /** When a server was lost that had worked; 0 for one that works. */
  const lostAt = new Map<string, number>();
  const cluster = client.isCluster ? (client as Cluster) : undefined;

  const listeners: ((server: string) => void)[] = [];
  function tellBack(server: string): void {
    for (const listener of listeners) listener(server);
  }

  function serverOf(item: string): string {
    return cluster?.slots[new Command("get", [entryKey(item)]).getSlot()!]?.[0] ?? "";
  }

  function lose(server: string): void {
    if (lostAt.get(server) === 0) lostAt.set(server, now());
    cluster?.refreshSlotsCache();
  }

  // A connection that ends tells it before the commands do, which are sent again.
  if (cluster)
    cluster.on("-node", ({ options }: { options: { host?: string; port?: number } }) =>
      lose(`${options.host}:${options.port}`),
    );
  else client.on("close", () => lose("")).on("ready", () => tellBack(""));

  return {
    serverOf,
    onBack: (listener: (server: string) => void) => void listeners.push(listener),
    /** True for some seconds after an item's server was lost: its replica is about to be the master. */
    isUnderWay(item: string): boolean {
      const since = lostAt.get(serverOf(item)) ?? 0;
      return since > 0 && now() - since < expected;
    },
    /** Runs a command on an item's server, and learns from its outcome. */
    async watch<T>(item: string, run: () => Promise<T>): Promise<T> {
      const server = serverOf(item);
      try {
        const value = await run();
        const wasLost = (lostAt.get(server) ?? 0) > 0;
        lostAt.set(server, 0);
        if (wasLost) tellBack(server);
        return value;
      } catch (error) {
        if (isLoss(error)) lose(server);
        throw error;
      }
    },
  };
}
