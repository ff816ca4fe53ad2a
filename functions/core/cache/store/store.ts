import type { Trace } from "../../telemetry/trace.ts";

/** GitHub's fields by which clients warn of an end (RFC 9745, RFC 8594). */
export const noticeFields = ["deprecation", "sunset"] as const;
export type Notices = Partial<Record<(typeof noticeFields)[number], string>>;

/** One answer of GitHub as it is kept: its bytes untouched, with what is needed to send and to revalidate it. */
export interface Entry {
  /** GitHub's status: 200, or a negative answer such as 404. */
  status: number;
  contentType: string;
  /** GitHub's `Link`, with GitHub's own addresses. */
  link: string | undefined;
  /** GitHub's `Last-Modified`, an IMF-fixdate (RFC 9110 section 5.6.7). */
  lastModified: string | undefined;
  /** What GitHub announces; absent where it is nothing. */
  notices?: Notices;
  /** Our own validator, made from the bytes: the same on every pod, runtime and token. */
  etag: string;
  /** GitHub's validators by token id: GitHub's ETags are token-specific. */
  upstreamEtags: Record<string, string>;
  /** When GitHub last said that these bytes are right: ms since the Unix epoch. */
  validatedAt: number;
  /** Until when the entry is fresh: ms since the Unix epoch. */
  freshUntil: number;
  body: Uint8Array<ArrayBuffer>;
}

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
