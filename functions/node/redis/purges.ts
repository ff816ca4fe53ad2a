import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { PurgeFollower, PurgeLog } from "../../core/cache/store/fleet-purges.ts";
import { type Client, open, withoutArguments } from "./client.ts";
import { base } from "./keys.ts";
import type { RedisOptions } from "./options.ts";

/** A stream of all purges, and the position that each replica has reached. The braces keep both on one node of a Cluster. */
const logKey = `${base}:{purges}:log`;
const reachedKey = `${base}:{purges}:reached`;

/** Purges that the stream keeps, and the most that are read at once. */
const kept = 10_000;
const batch = 1000;

/**
 * Adds a purge. A full server refuses a script's first command if it needs memory, and no later one
 * (https://redis.io/docs/latest/develop/programmability/lua-api/#script_flags): a purge may not fail there.
 */
const addScript = `
redis.call('xtrim', KEYS[1], 'MAXLEN', '~', ARGV[1])
local id = redis.call('xadd', KEYS[1], '*', 'tags', ARGV[2], 'by', ARGV[4])
redis.call('pexpire', KEYS[1], ARGV[3])
return id`;

/** Notes the position of a replica. Those that are behind the most are forgotten first. */
const reachScript = `
redis.call('zremrangebyrank', KEYS[1], 0, -10001)
redis.call('zadd', KEYS[1], ARGV[1], ARGV[2])
redis.call('pexpire', KEYS[1], 3600000)
return 1`;

/** How long a read waits for a purge, in milliseconds: a connection that was lost silently is noticed after it. */
const block = 2000;

/** The least timeout with which no command is given up that waits so long, in milliseconds (client.ts). */
const leastTimeout = 300;

/** Time that replicas have to apply a purge before they are counted, in milliseconds. */
const applied = 100;

/** First and longest pause after a failure, in milliseconds. */
const firstPause = 50;
const longestPause = 2000;

interface Item {
  id: string;
  position: number;
  tags: string[];
  /** The replica that added it. */
  by: string | undefined;
}

/** A stream's ID, `<milliseconds>-<number>`, as a number in the same order. */
function toPosition(id: string): number {
  const [ms = 0, number = 0] = id.split("-").map(Number);
  return ms * 1000 + Math.min(number, 999);
}

const isId = /^\d+-\d+$/;

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((text) => typeof text === "string");

/** Another program's item takes nothing, and stops nothing. */
function toTags(text: string | undefined): string[] {
  try {
    const tags: unknown = JSON.parse(text ?? "");
    return isTexts(tags) ? tags : [];
  } catch {
    return [];
  }
}

/** @throws TypeError if it is not from Redis */
function toItems(reply: unknown): Item[] {
  if (!Array.isArray(reply)) throw new TypeError("Not a reply of Redis about a stream");
  return reply.map((item: unknown) => {
    const [id, fields] = Array.isArray(item) ? (item as unknown[]) : [];
    if (typeof id !== "string" || !isId.test(id)) throw new TypeError("Not an item of a stream");
    const [, tags, , by] = isTexts(fields) ? fields : [];
    return { id, position: toPosition(id), tags: toTags(tags), by };
  });
}

export interface RedisPurges {
  purgeLog: PurgeLog;
  /** Resolves when the purges of before this process are read. */
  ready: Promise<void>;
  close: () => void;
}

/**
 * The purges of all replicas through a stream. A replica reads it on a connection of its own, which waits for the next
 * purge (https://redis.io/docs/latest/commands/xread/). Unlike a message of pub/sub, a purge is there after a lost
 * connection too.
 */
export function createRedisPurges(client: Client, options: RedisOptions): RedisPurges {
  const name = crypto.randomUUID();
  const timeout = Math.max(options.timeout, leastTimeout);
  const { client: reader, close: closeReader } = open(options.address, { ...options, timeout }, "master");
  const { promise: ready, resolve: setReady } = Promise.withResolvers<void>();
  let follower: PurgeFollower | undefined;
  /** What happened before there was a follower. */
  const waiting: ((follower: PurgeFollower) => void)[] = [];
  let last = "0-0";
  const ending = new AbortController();
  const { signal: closed } = ending;
  let pause = firstPause;
  /** Position to be told to Redis, and whether that is under way. */
  let reached = 0;
  let isTelling = false;

  async function tellReached(): Promise<void> {
    if (isTelling) return;
    isTelling = true;
    for (let told = 0; told < reached;) {
      told = reached;
      await client.eval(reachScript, 1, reachedKey, told, name).catch(() => undefined);
    }
    isTelling = false;
  }

  function tell(what: (follower: PurgeFollower) => void): void {
    if (follower) what(follower);
    else waiting.push(what);
  }

  function apply(found: readonly Item[]): void {
    for (const { id, position, tags, by } of found) {
      last = id;
      reached = position;
      tell(({ onPurge }) => onPurge(tags, position, by === name));
    }
    if (found.length > 0) void tellReached();
  }

  const readItems = async (from: string, most: number) =>
    toItems(await reader.xrange(logKey, from, "+", "COUNT", most));

  /** Applies all purges that are in the stream. */
  async function catchUp(): Promise<void> {
    const [oldest] = await readItems("-", 1);
    const [newest] = toItems(await reader.xrevrange(logKey, "+", "-", "COUNT", 1));
    // Another server, whose clock is behind.
    if (newest && newest.position < toPosition(last)) last = "0-0";
    const isCut = Number(await reader.xlen(logKey)) >= kept;
    if (oldest && isCut && oldest.position > toPosition(last)) tell(({ onGap }) => onGap(oldest.position - 1));
    for (let isLast = false; !isLast;) {
      const found = await readItems(`(${last}`, batch);
      apply(found);
      isLast = found.length < batch;
    }
  }

  async function read(): Promise<void> {
    await catchUp();
    setReady();
    tell(({ onChange }) => onChange(true));
    pause = firstPause;
    while (!closed.aborted) {
      const reply = await reader.xread("COUNT", batch, "BLOCK", block, "STREAMS", logKey, last);
      if (reply !== null) apply(toItems(reply[0]?.[1]));
      // The stream may have been emptied, and have begun again by a clock that is behind.
      else await catchUp();
    }
  }

  async function run(): Promise<void> {
    while (!closed.aborted) {
      try {
        if (reader.status !== "ready") await untilReady(reader);
        await read();
      } catch (error) {
        if (closed.aborted) return;
        // An error of a Sentinel has not been through the client.
        const cause = withoutArguments(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
        tell(({ onChange }) => onChange(false, cause));
        // A late reply must not be taken for that of the next command.
        if (reader.status === "ready") reader.disconnect(true);
        await sleep(pause);
        pause = Math.min(pause * 2, longestPause);
      }
    }
  }

  // The address may lead to another server after a fail-over.
  const follow = () => reader.disconnect(true);
  client.on("ready", follow);
  void run();

  return {
    ready,
    purgeLog: {
      follow(given) {
        follower = given;
        for (const what of waiting.splice(0)) what(given);
      },
      async add(tags, keepMs) {
        const id: unknown = await client.eval(addScript, 1, logKey, kept, JSON.stringify(tags), keepMs, name);
        if (typeof id !== "string" || !isId.test(id)) throw new TypeError("Not a reply of Redis to a script");
        return toPosition(id);
      },
      async countReceivers(position) {
        await sleep(applied);
        return client.zcount(reachedKey, position, "+inf");
      },
    },
    close() {
      ending.abort();
      client.off("ready", follow);
      closeReader();
    },
  };
}

/** @throws Error if there is no connection within the longest pause */
async function untilReady(client: Client): Promise<void> {
  await once(client, "ready", { signal: AbortSignal.timeout(longestPause) });
}
