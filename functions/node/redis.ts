import type { Redis } from "ioredis";
import redisDriver from "unstorage/drivers/redis";
import type { Sharing } from "../core/cache/store/create.ts";

/** Prefix of every key: the database may have other users. */
const base = "edge-gists";

/**
 * Takes a free lease. An existing lease without expiry, or with a longer one than any lease has, counts as free: it
 * would block every process for good, whoever wrote it.
 */
const takeScript = `
local left = redis.call('pttl', KEYS[1])
if left >= 0 and left <= tonumber(ARGV[2]) then return false end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return redis.call('get', KEYS[2]) or ''`;

/** Stores an entry, unless its key was purged after its refresh began. */
const storeScript = `
local purged = redis.call('get', KEYS[2])
if purged and purged ~= ARGV[3] then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1`;

/**
 * Removes an entry and its lease. A full server may refuse to store the purge: it then would refuse the old entry as
 * well.
 */
const purgeScript = `
redis.call('unlink', KEYS[1], KEYS[2])
redis.pcall('set', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Releases a lease only if it is still its holder's (https://redis.io/docs/latest/commands/set/#patterns). */
const releaseScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";

/**
 * Errors of a server that was demoted, that loads its data, or that lost its primary, its cluster or our password: the
 * address may lead to another server by now. Also inside a script's error
 * (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors).
 */
const elsewhere = /\b(?:READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH)\b/;

/**
 * Checks, on a separate connection, whether the address leads to a server that accepts writes, and reconnects only if
 * it does. If the address still names a demoted server, reads continue undisturbed.
 */
function createLookout(client: Redis): () => Promise<void> {
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

export interface RedisOptions {
  /** redis:// or rediss://, with credentials and database where needed. */
  url: string;
  /** How long startup waits for a connection, and the client's own timeouts, in milliseconds. */
  timeout: number;
}

/**
 * Sharing through Redis or Valkey. It connects in the background and reconnects after failures: commands in the
 * meantime fail at once.
 */
export async function createRedisSharing({ url, timeout }: RedisOptions): Promise<Sharing & { close: () => void }> {
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

  const entryKey = (key: string) => `${base}:${key}`;
  const leaseKey = (key: string) => `${base}:lease:${key}`;
  const purgeKey = (key: string) => `${base}:purged:${key}`;

  return {
    driver,
    leases: {
      async take(key, holder, ms) {
        const reply: unknown = await client.eval(takeScript, 2, leaseKey(key), purgeKey(key), holder, ms);
        // Any other reply is not from Redis: no process may wait for the holder that it names.
        if (reply !== null && typeof reply !== "string") throw new TypeError("Not a reply of Redis to a script");
        return reply ?? undefined;
      },
      async release(key, holder) {
        await client.eval(releaseScript, 1, leaseKey(key), holder);
      },
      async store(key, text, ttl, purge) {
        return (await client.eval(storeScript, 2, entryKey(key), purgeKey(key), text, ttl, purge)) !== 0;
      },
      async purge(key, purge, ms) {
        const reply: unknown = await client.eval(
          purgeScript,
          3,
          entryKey(key),
          leaseKey(key),
          purgeKey(key),
          purge,
          ms,
        );
        if (reply !== 1) throw new TypeError("Not a reply of Redis to a script");
      },
    },
    close: () => client.disconnect(),
  };
}
