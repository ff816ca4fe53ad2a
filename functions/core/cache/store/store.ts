import type { Entry } from "../../model.ts";
import type { Trace } from "../../telemetry/trace.ts";

/** The right to refresh a key among all processes: called, it is given back. */
export interface Lease {
  (): Promise<void>;
  /** The key's last purge that the shared tier knew of when it was taken. */
  purge?: string;
}

/** Where entries are kept. A store never throws: a tier that fails reads as empty and says so in its own telemetry. */
export interface Store {
  get(key: string, trace?: Trace): Promise<Entry | undefined>;
  /** Looks for one key, again and again, at what this process itself has, fresh or not: without waiting for anything. */
  watch(key: string): () => Entry | undefined;
  /**
   * Keeps an entry for at least `keepSeconds` unless room is short. Resolves once every reader of this
   * process sees it; `shared`, where given, once other processes do too. Other tiers refuse it where the key was purged after
   * the lease was taken; this process's is the caller's affair (`generation`).
   */
  set(
    key: string,
    entry: Entry,
    keepSeconds: number,
    trace?: Trace,
    lease?: Lease,
  ): Promise<{ shared?: Promise<void> }>;
  delete(key: string): Promise<void>;
  /** Drops a key for good: what was asked before is not kept after. False where another tier did not confirm it. */
  purge(key: string): Promise<boolean>;
  /** Another number after each purge of a key through this process. */
  generation(key: string): number;
  /** Counts an entry with copies of its body, where sizes are bounded; false where it has no room for these. */
  recount?(key: string): boolean;
  /**
   * Takes the right to refresh a key among all processes: undefined where another holds it. Granted at once where nothing is shared or the sharing tier fails. Ends by itself after a bound.
   */
  lease(key: string): Promise<Lease | undefined>;
}
