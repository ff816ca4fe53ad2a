import type { Leases } from "../../core/cache/store/shared.ts";
import type { Client } from "./client.ts";
import type { FailOver } from "./fail-over.ts";
import { entryKey, leaseKey, purgeKey } from "./keys.ts";

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

/** Leases, entries and purges on the master that has their item, each operation one script. */
export function createLeases(client: Client, { read, write, serverOf, isUnderWay, onBack, lose }: FailOver): Leases {
  const run = (script: string, item: string, keys: readonly string[], ...values: (string | number)[]) =>
    write<unknown>(item, () => client.eval(script, keys.length, ...keys, ...values));

  return {
    serverOf,
    failsOver: isUnderWay,
    onBack,
    onLate: lose,
    read: (key) => read(key, () => client.get(entryKey(key))),
    async take(key, holder, ms) {
      const reply = await run(takeScript, key, [leaseKey(key), purgeKey(key)], holder, ms);
      // Any other reply is not from Redis: no process may wait for the holder that it names.
      if (reply !== null && typeof reply !== "string") throw new TypeError("Not a reply of Redis to a script");
      return reply ?? undefined;
    },
    async release(key, holder) {
      await run(releaseScript, key, [leaseKey(key)], holder);
    },
    async store(key, text, ttl, purge) {
      return (await run(storeScript, key, [entryKey(key), purgeKey(key)], text, ttl, purge)) !== 0;
    },
    async purge(key, purge, ms) {
      const reply = await run(purgeScript, key, [entryKey(key), leaseKey(key), purgeKey(key)], purge, ms);
      if (reply !== 1) throw new TypeError("Not a reply of Redis to a script");
    },
  };
}
