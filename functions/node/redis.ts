import type { Redis } from "ioredis";
import redisDriver from "unstorage/drivers/redis";
import type { Sharing } from "../core/cache/store/create.ts";

/** Prefix of every key: the database may have other users. */
const base = "edge-gists";

/**
 * Takes a lease that nobody has. One that would last for longer than any does, or for ever, is none: whatever wrote it, it would
 * hold everybody off for good.
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

/** Drops an entry and its lease. One that is full may refuse to remember it: it would refuse the old entry as well. */
const purgeScript = `
redis.call('unlink', KEYS[1], KEYS[2])
redis.pcall('set', KEYS[3], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Gives a lease back only where it is still its holder's (https://redis.io/docs/latest/commands/set/#patterns). */
const releaseScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";

/**
 * What a server says that was demoted, that loads its data, or that lost its primary, its cluster or our password: another one may
 * stand behind the same address by now. Within a script's error too (https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors).
 */
const elsewhere = /\b(?:READONLY|LOADING|MASTERDOWN|CLUSTERDOWN|NOAUTH)\b/;

/**
 * Looks, by a connection of its own, whether the address leads to a server that takes writes, and moves there only if it does: from a
 * demoted one that the address still names, reads go on undisturbed.
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
      // A write that changes nothing.
      await scout.del(`${base}:lookout`);
      client.disconnect(true);
    } catch {
      // The next failure looks again.
    } finally {
      scout.disconnect();
      looking = false;
    }
  };
}

export interface RedisOptions {
  /** redis:// or rediss://, with credentials and database where needed. */
  url: string;
  /** How long the start waits for a connection, and the measure of the client's own bounds, in milliseconds. */
  timeout: number;
}

/** Sharing through Redis or Valkey. It connects behind and again after failures: commands meanwhile fail at once. */
export async function createRedisSharing({ url, timeout }: RedisOptions): Promise<Sharing & { close: () => void }> {
  const driver = redisDriver({
    url,
    base,
    preConnect: true,
    connectTimeout: Math.max(timeout * 4, 1000),
    // The bound that counts is the store's own; this one only ends what nobody waits for any more.
    commandTimeout: Math.max(timeout * 10, 1000),
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, 5000),
    // The command has failed, and is not sent again: whoever sent it does without.
    reconnectOnError: ({ message }) => {
      if (elsewhere.test(message)) void look();
      return false;
    },
  });
  const client = driver.getInstance?.() as Redis;
  const look = createLookout(client);
  // Failures show where commands fail; without a listener the client would print each of them.
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
        // Nobody waits for the holder of a lease that something else than Redis speaks of.
        if (reply !== null && typeof reply !== "string") throw new TypeError("Not an answer of Redis to a script");
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
        if (reply !== 1) throw new TypeError("Not an answer of Redis to a script");
      },
    },
    close: () => client.disconnect(),
  };
}
