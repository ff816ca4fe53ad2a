import type { Entry } from "../../model.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { tagsIn, tagsOf } from "../tags.ts";
import { createGenerations } from "./generations.ts";
import { createGuard, type GuardOptions } from "./guard.ts";
import type { MemoryStore } from "./memory.ts";

/** The purges of all processes that share a tier, in one order. A later purge has a larger position. */
export interface PurgeLog {
  /** Adds a purge, and keeps it for `keepMs` milliseconds. @returns its position */
  add(tags: readonly string[], keepMs: number): Promise<number>;
  /** The number of processes that have applied a purge a moment after it was added. */
  countReceivers(position: number): Promise<number>;
  /** Tells of every purge from now on, those of this process included; and of those before it, as far as they are kept. */
  follow(follower: PurgeFollower): void;
}

export interface PurgeFollower {
  /** @param isOwn true if this process added it, and has applied it */
  onPurge(tags: readonly string[], position: number, isOwn: boolean): void;
  /** Purges before this position may have been missed. */
  onGap(position: number): void;
  /** @param cause why purges are not received */
  onChange(isReceiving: boolean, cause?: string): void;
}

/** What a process knows of the purges of all. */
export interface FleetPurges {
  /** Tells all processes. False if the tier did not confirm it. */
  add(tags: readonly string[]): Promise<boolean>;
  /** The position of the last purge that this process knows of. */
  position(): number;
  /** True if a purge after this position takes an entry. */
  takes(key: string, entry: Entry, position: number): boolean;
}

/** The process to which purges are applied. */
export interface FleetMember extends GuardOptions {
  own: Pick<MemoryStore, "drop" | "dropAll">;
  metrics: Metrics;
  /** Time for which purges are kept, in milliseconds: longer than any entry. */
  keepMs: number;
}

/** Applies the purges of all processes to this process's own tier. */
export function createFleetPurges(purgeLog: PurgeLog, { own, metrics, keepMs, ...guard }: FleetMember): FleetPurges {
  const { log } = guard;
  const guarded = createGuard(guard);
  const positions = createGenerations();
  let told = 0;
  let isReceiving: boolean | undefined;

  purgeLog.follow({
    onPurge(tags, position, isOwn) {
      told = position;
      for (const tag of tags) positions.begin(tag, position);
      if (isOwn) return;
      own.drop({ tags, keys: [] });
      // Those of before this process are no news.
      if (isReceiving !== undefined) metrics.add("cache_purges_total", { source: "replica" });
    },
    onGap(position) {
      positions.forget(position);
      // A process that has just started has nothing to lose.
      if (told === 0) return;
      own.dropAll();
      metrics.add("cache_purges_total", { source: "gap" });
      log("warn", "purges were missed: dropped all entries of this process");
    },
    onChange(now, cause) {
      metrics.set("cache_purges_received", {}, Number(now));
      if (now === isReceiving) return;
      if (!now) log("warn", "purges of other replicas are not received", { cause });
      else if (isReceiving === false) log("info", "purges of other replicas are received again");
      isReceiving = now;
    },
  });

  return {
    async add(tags) {
      const position = await guarded("purge", () => purgeLog.add(tags, keepMs), true);
      if (position === undefined) return false;
      for (const tag of tags) positions.begin(tag, position);
      void purgeLog.countReceivers(position).then(
        (replicas) => log("info", "replicas have dropped what was purged", { replicas }),
        () => undefined,
      );
      return true;
    },
    position: positions.last,
    takes(key, { body }, position) {
      if (positions.last() <= position) return false;
      return [...tagsOf(key), ...tagsIn(body)].some((tag) => positions.of(tag) > position);
    },
  };
}
