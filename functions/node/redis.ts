import type { Redis } from "ioredis";
import redisDriver from "unstorage/drivers/redis";
import type { Sharing } from "../core/stores/create.ts";

/** Prefix of every key: the database may have other users. */
const base = "edge-gists";

/**
 * Takes a lease that nobody has. One that would last for longer than any does, or for ever, is none: whatever wrote it, it would
 * hold everybody off for good.
 */
const takeScript = `
local left = redis.call('pttl', KEYS[1])
if left >= 0 and left <= tonumber(ARGV[2]) then return 0 end
redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`;

/** Gives a lease back only where it is still its holder's (https://redis.io/docs/latest/commands/set/#patterns). */
const releaseScript = "if redis.call('get',KEYS[1])==ARGV[1] then return redis.call('del',KEYS[1]) end return 0";

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
  });
  const client = driver.getInstance?.() as Redis;
  // Failures show where commands fail; without a listener the client would print each of them.
  client.on("error", () => undefined);
  await new Promise<void>((resolve) => {
    client.once("ready", resolve);
    setTimeout(resolve, timeout).unref();
  });

  return {
    driver,
    leases: {
      take: async (key, holder, ms) => {
        const reply: unknown = await client.eval(takeScript, 1, `${base}:lease:${key}`, holder, ms);
        // Nobody waits for the holder of a lease that something else than Redis speaks of.
        if (reply !== 0 && reply !== 1) throw new TypeError("Not an answer of Redis to a script");
        return reply === 1;
      },
      release: async (key, holder) => {
        await client.eval(releaseScript, 1, `${base}:lease:${key}`, holder);
      },
    },
    close: () => client.disconnect(),
  };
}
