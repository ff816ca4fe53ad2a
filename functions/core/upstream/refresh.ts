import { EdgeError } from "../errors.ts";
import type { Trace } from "../trace.ts";
import type { Entry, Store } from "../stores/store.ts";
import type { Answer, Ask, Fetch } from "./fetch.ts";
import type { Policy } from "./freshness.ts";

export interface RefreshOptions {
  store: Store;
  policy: Policy;
  now: () => number;
  sleep: (ms: number) => Promise<void>;
  waitUntil: (work: Promise<unknown>) => void;
  /** Longest wait for another process that refreshes the same key, in milliseconds. */
  patience: number;
}

/** Asks GitHub for a key; `known` is what the cache has of it, stale. */
export type Refresh = (ask: Ask, known: Entry | undefined) => Promise<Answer>;

/** First and longest pause between looks for another process's answer, in milliseconds. */
const firstLook = 10;
const longestLook = 100;

/**
 * One call to GitHub for a key at a time, among all processes that share a store; what it brings is kept
 * for everyone. Whoever comes while it runs gets its answer.
 */
export function createRefresh(
  next: Fetch,
  { store, policy, now, sleep, waitUntil, patience }: RefreshOptions,
): Refresh {
  const running = new Map<string, Promise<Answer>>();

  /** What another process has brought meanwhile. */
  async function newerThan(
    known: Entry | undefined,
    key: string,
    trace: Trace | undefined,
  ): Promise<Entry | undefined> {
    const entry = await store.get(key, trace);
    return entry && entry.freshUntil > now() && entry.validatedAt > (known?.validatedAt ?? 0) ? entry : undefined;
  }

  /** Waits for the process that holds the lease; resolves with its answer, or with the lease, or with neither when out of patience. */
  async function takeTurn(key: string, known: Entry | undefined, trace: Trace | undefined) {
    let waited = 0;
    for (let pause = firstLook; ; pause = Math.min(pause * 2, longestLook)) {
      const release = await store.lease(key);
      // Also with the lease in hand: its last holder may have finished after the cache looked.
      const entry = await newerThan(known, key, trace);
      if (entry) await release?.();
      if (entry || release || waited >= patience) return { entry, release };
      await sleep(pause);
      waited += pause;
    }
  }

  async function keep(
    { resource: { key }, trace }: Ask,
    answer: Answer,
    entry: Entry,
  ): Promise<{ answer: Answer; shared?: Promise<void> }> {
    const ttl = policy.ttlOf(entry.status);
    if (ttl === 0) return { answer };
    const fresh = { ...entry, freshUntil: entry.validatedAt + ttl * 1000 };
    const { shared } = await store.set(key, fresh, policy.keepOf(entry.status), trace);
    return { answer: { ...answer, entry: fresh, stored: true }, ...(shared && { shared }) };
  }

  async function round(ask: Ask, known: Entry | undefined): Promise<Answer> {
    const { key } = ask.resource;
    const forward = known ? "stale" : "miss";
    const { entry, release } = await takeTurn(key, known, ask.trace);
    if (entry) return { entry, handling: "COALESCED", forward };
    let shared: Promise<void> | undefined;
    try {
      const told = await next(known ? { ...ask, etags: known.upstreamEtags } : ask);
      const kept = await keep(ask, { ...toHandled(told, known), forward }, merge(told, known));
      shared = kept.shared;
      return kept.answer;
    } finally {
      // Others may look again once the answer is where they see it; nobody here waits for that.
      if (release || shared) waitUntil(Promise.resolve(shared).then(release));
    }
  }

  return function refresh(ask, known) {
    const { key } = ask.resource;
    const shared = running.get(key);
    if (shared) return shared.then((answer) => ({ ...answer, handling: "COALESCED" as const }));
    const run = round(ask, known).finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
}

function toHandled(told: Answer, known: Entry | undefined): Answer {
  if (told.upstreamStatus === 304) return { ...told, handling: "REVALIDATED" };
  return { ...told, handling: known ? "CHANGED" : "MISS" };
}

/** The entry after GitHub's answer: after a 304 the stored bytes, with the fields that a 304 carries (RFC 9111 section 4.3.4). */
function merge({ entry: told, upstreamStatus }: Answer, known: Entry | undefined): Entry {
  if (upstreamStatus === 304) {
    if (!known)
      throw new EdgeError("bad-gateway", "GitHub answered 304 to an unconditional request", { upstreamStatus });
    return {
      ...known,
      link: told.link ?? known.link,
      lastModified: told.lastModified ?? known.lastModified,
      upstreamEtags: { ...known.upstreamEtags, ...told.upstreamEtags },
      validatedAt: told.validatedAt,
    };
  }
  // The same bytes by way of another token: the validators of both hold.
  if (known && told.status === 200 && told.etag === known.etag) {
    return { ...told, upstreamEtags: { ...known.upstreamEtags, ...told.upstreamEtags } };
  }
  return told;
}
