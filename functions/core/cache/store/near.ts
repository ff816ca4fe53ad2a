import type { Entry } from "../../model.ts";
import type { Lifetimes } from "../lifetimes.ts";
import type { SharedTier } from "./shared.ts";

export interface NearOptions {
  /** Seconds for which an entry of this status is kept near. */
  keepOf: Lifetimes["keepOf"];
  isFresh: Lifetimes["isFresh"];
  now: () => number;
  waitUntil: (work: Promise<unknown>) => void;
}

/**
 * A tier that is near, and that fewer processes share, in front of the one that all share: the newer entry wins. All
 * else is the far one's.
 */
export function withNear(near: SharedTier, far: SharedTier, options: NearOptions): SharedTier {
  const { keepOf, isFresh, now, waitUntil } = options;
  const keepNear = (key: string, entry: Entry) => waitUntil(near.set(key, entry, keepOf(entry.status)));

  return {
    ...far,
    async get(key, ...rest) {
      const here = await near.get(key);
      if (here && isFresh(here, now())) return here;
      const there = await far.get(key, ...rest);
      if (!there || (here && here.validatedAt >= there.validatedAt)) return here;
      keepNear(key, there);
      return there;
    },
    async set(key, entry, keepSeconds, lease) {
      const [isKept] = await Promise.all([far.set(key, entry, keepSeconds, lease), near.set(key, entry, keepSeconds)]);
      if (!isKept) await near.delete(key);
      return isKept;
    },
    async delete(key) {
      await Promise.all([near.delete(key), far.delete(key)]);
    },
    async purge(key) {
      // Afterwards, so that nothing is read from the far tier again.
      const isPurged = await far.purge(key);
      return (await near.purge(key)) && isPurged;
    },
    ...(far.turn && {
      async turn(key, waitMs) {
        const claim = await far.turn!(key, waitMs);
        if (claim.entry) keepNear(key, claim.entry);
        return claim;
      },
    }),
  };
}
