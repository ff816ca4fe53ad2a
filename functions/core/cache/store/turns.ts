import { decodeEntry, encodeEntry, tooLarge } from "./codec.ts";
import { createGuard, type GuardOptions } from "./guard.ts";
import { toItemKey } from "./item-key.ts";
import type { SharedTier } from "./shared.ts";
import type { Claim, Lease } from "./store.ts";

/** The response to a request for a key's turn: the turn, what another holder has stored, or null after the wait. */
export type Turn = { purge: string; text?: never } | { text: string; purge?: string } | null;

/**
 * One place for each key that knows who refreshes it. Unlike with a lease, a process waits there in one call, and gets
 * what the holder has stored.
 */
export interface Turns {
  /** Takes the turn for `ms` milliseconds, or waits up to `waitMs` for its holder. */
  take(key: string, holder: string, ms: number, waitMs: number): Promise<Turn>;
  /**
   * Ends the turn with the text that is stored, which is fresh for `freshMs`.
   * @param purge of the turn; "" without one
   * @returns false if the key was purged since
   */
  settle(key: string, purge: string, text: string, freshMs: number): Promise<boolean>;
  /** Ends the turn without a result, if `holder` still has it: the next one gets it. */
  release(key: string, holder: string): Promise<void>;
  /** Ends the turn, forgets the text, and remembers the purge for `ms` milliseconds. */
  purge(key: string, purge: string, ms: number): Promise<void>;
}

export interface TurnOptions extends GuardOptions {
  turns: Turns;
  /** Lifetime of a turn, in milliseconds. */
  leaseMs: number;
  /** Time for which a purge is remembered, in milliseconds: longer than any refresh. */
  purgeMs: number;
  /** Largest body that is shared, in bytes. */
  maxValueBytes: number;
}

const free: Lease = async () => undefined;

/** A tier whose processes take turns. Where these fail, it grants each process the turn. */
export function withTurns(tier: SharedTier, options: TurnOptions): SharedTier {
  const { turns, leaseMs, purgeMs, maxValueBytes, ...guard } = options;
  // Of its own: a tier that refuses writes must not keep the waiting ones from their result.
  const guarded = createGuard(guard);
  /** Leases that ended with a result: they need no release. */
  const settled = new WeakSet<Lease>();

  return {
    ...tier,
    async turn(key, waitMs): Promise<Claim> {
      const item = toItemKey(key);
      const holder = crypto.randomUUID();
      const turn = await guarded("turn", () => turns.take(item, holder, leaseMs, waitMs));
      if (turn === null) return {};
      if (turn === undefined) return { lease: free };
      const { text, purge } = turn;
      if (text !== undefined) {
        const entry = decodeEntry(key, text);
        // Too large to be handed over, or of another version: each process calls by itself, after the purge.
        return entry ? { entry } : { lease: Object.assign(async () => undefined, purge !== undefined && { purge }) };
      }
      const release = async () => {
        if (!settled.has(release)) await guarded("release", () => turns.release(item, holder), true);
      };
      return { lease: Object.assign(release, { purge }) };
    },
    async set(key, entry, keepSeconds, lease) {
      const text = entry.body.byteLength > maxValueBytes ? tooLarge : encodeEntry(key, entry);
      const freshMs = entry.freshUntil - guard.now();
      const hasTurn = lease?.purge !== undefined;
      const isKept = await guarded(
        "settle",
        () => turns.settle(toItemKey(key), lease?.purge ?? "", text, freshMs),
        // Others wait for it.
        hasTurn,
      );
      if (hasTurn && isKept !== undefined) settled.add(lease);
      return isKept !== false && tier.set(key, entry, keepSeconds, lease);
    },
    async purge(key) {
      const isKnown = await guarded(
        "purge",
        async () => {
          // First: no earlier refresh may be stored after this.
          await turns.purge(toItemKey(key), crypto.randomUUID(), purgeMs);
          return true;
        },
        true,
      );
      return (await tier.purge(key)) && isKnown === true;
    },
  };
}
