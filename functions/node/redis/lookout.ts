import type { Redis } from "ioredis";
import { base } from "./keys.ts";

/**
 * Errors of a server that was demoted, that loads its data, that gives away a slot, or that lost its primary, its cluster
 * or our password: the address may lead to another server by now. Also inside a script's error
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors).
 */
export const elsewhere = /\b(?:READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOAUTH)\b/;

/**
 * Checks, on a separate connection, whether the address leads to a server that accepts writes, and reconnects only if
 * it does. If the address still names a demoted server, reads continue undisturbed.
 */
export function createLookout(client: Redis): () => Promise<void> {
  let looking = false;
  return async function look() {
    if (looking) return;
    looking = true;
    const scout = client.duplicate({
      lazyConnect: true,
      enableReadyCheck: false,
      retryStrategy: null,
      reconnectOnError: null,
    });
    scout.on("error", () => undefined);
    try {
      await scout.connect();
      // A write without effect.
      await scout.del(`${base}:lookout`);
      client.disconnect(true);
    } catch {
      // The next failure checks again.
    } finally {
      scout.disconnect();
      looking = false;
    }
  };
}
