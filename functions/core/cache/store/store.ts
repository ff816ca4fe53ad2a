import type { Entry } from "../../model.ts";
import type { Trace } from "../../telemetry/trace.ts";

/** The right of one process to refresh a key; a call releases it. */
export interface Lease {
  (): Promise<void>;
  /** The key's last purge when the lease was taken, as the shared tier knew it. */
  purge?: string;
  /** The position of the last purge that this process knew of when the lease was taken. */
  position?: number;
}

/** What is to be dropped. */
export interface Purge {
  /** Every entry that has one of these tags (tags.ts). */
  tags: readonly string[];
  /** Keys that may have these tags: a shared tier is searched for no others. */
  keys: readonly string[];
}

/** The outcome of asking for a key's turn: the lease, or another holder's result. Neither if the wait was too long. */
export interface Claim {
  entry?: Entry;
  lease?: Lease;
}

/** Where entries are kept. A store never throws: a tier that fails reads as empty, and reports that in its telemetry. */
export interface Store {
  /** @param latest true where no copy that lags behind will do: after a lease */
  get(key: string, trace?: Trace, latest?: boolean): Promise<Entry | undefined>;
  /** Returns a function that reads the process's own entry, fresh or stale, without a promise: for many reads of one key. */
  watch(key: string): () => Entry | undefined;
  /**
   * Keeps an entry for `keepSeconds` unless room is short. Resolves when this process can read it; `shared`, where
   * given, when other processes can. A shared tier refuses it where the key was purged after the lease was taken; in this
   * process the caller checks that (`isPurged`).
   */
  set(
    key: string,
    entry: Entry,
    keepSeconds: number,
    trace?: Trace,
    lease?: Lease,
  ): Promise<{ shared?: Promise<void> }>;
  /** Keeps an entry in this process only, unless room is short. */
  keep(key: string, entry: Entry, keepSeconds: number): void;
  delete(key: string): Promise<void>;
  /** Drops entries, and what earlier requests would still store. False if another tier did not confirm it. */
  purge(purge: Purge): Promise<boolean>;
  /** The number of the last purge that reached this process. */
  purges(): number;
  /** True if a purge with a larger number takes the key, or an entry of it with this body. */
  isPurged(key: string, number: number, body?: Entry["body"]): boolean;
  /** Counts an entry again with the encodings of its body; false if these do not fit. */
  recount?(key: string): boolean;
  /**
   * Takes the lease of a key; undefined if another process has it. Granted at once without a shared tier or if it
   * fails. It expires.
   */
  lease(key: string): Promise<Lease | undefined>;
  /**
   * Instead of `lease` where the shared tier can wait: the lease of a key, or the entry that its holder stores within
   * `waitMs` milliseconds. Granted at once if the tier fails.
   */
  turn?(key: string, waitMs: number): Promise<Claim>;
}
