import type { Answer, Ask, Entry, Fetch } from "../model.ts";
import { inSpan } from "../telemetry/trace.ts";
import { merge } from "./merge.ts";
import type { Lifetimes } from "./lifetimes.ts";
import { createSingleFlight } from "./single-flight.ts";
import type { Lease, Store } from "./store/store.ts";

export interface RefreshOptions {
  store: Store;
  lifetimes: Lifetimes;
  now: () => number;
  elapsed: () => number;
  sleep: (ms: number) => Promise<void>;
  waitUntil: (work: Promise<unknown>) => void;
  /** Timeout for the lease of another process that refreshes the same key, in milliseconds. */
  leaseWaitMs: number;
}

/** Asks GitHub for a key; `known` is the stale entry in the cache. */
export type Refresh = (ask: Ask, known: Entry | undefined) => Promise<Answer>;

/** What a process finds when it asks for the lease: a fresh entry, the lease, or neither while another process holds it. */
interface LeaseAttempt {
  entry: Entry | undefined;
  lease: Lease | undefined;
}

/** First and longest pause between two attempts to get the lease, in milliseconds. */
const firstPause = 10;
const longestPause = 100;

/**
 * One call to GitHub for a key at a time, among all processes that share a store. Its response is stored for all of
 * them; requests that come while it runs get its response.
 */
export function createRefresh(
  next: Fetch,
  { store, lifetimes, now, elapsed, sleep, waitUntil, leaseWaitMs }: RefreshOptions,
): Refresh {
  const singleFlight = createSingleFlight(store);

  async function tryLease(key: string): Promise<LeaseAttempt> {
    const lease = await store.lease(key);
    // Also with the lease: its last holder may have stored an entry after the cache looked.
    const stored = await store.get(key, undefined, true);
    const entry = stored && lifetimes.isFresh(stored, now()) ? stored : undefined;
    if (entry) await lease?.();
    return { entry, lease };
  }

  /** Waits in the store: one call, however long it takes. */
  async function waitForTurn(
    turn: NonNullable<Store["turn"]>,
    { resource: { key }, trace }: Ask,
  ): Promise<LeaseAttempt> {
    const claim = await inSpan(trace, "cache turn", {}, () => turn(key, leaseWaitMs));
    // After a wait in vain, the holder may have stored an entry without saying so.
    const entry = claim.entry ?? (claim.lease ? undefined : await store.get(key));
    return { entry: entry && lifetimes.isFresh(entry, now()) ? entry : undefined, lease: claim.lease };
  }

  async function waitForLease(ask: Ask): Promise<LeaseAttempt> {
    const { resource, trace } = ask;
    const { key } = resource;
    if (store.turn) return waitForTurn(store.turn, ask);
    const since = elapsed();
    const first = await tryLease(key);
    if (first.entry || first.lease || leaseWaitMs === 0) return first;
    return inSpan(trace, "cache lease wait", {}, async () => {
      let attempt = first;
      let waited = 0;
      for (let pause = firstPause; !attempt.entry && !attempt.lease && waited < leaseWaitMs;) {
        await sleep(pause);
        attempt = await tryLease(key);
        // Where the store is slow, an attempt takes longer than the pauses.
        waited = Math.max(waited + pause, elapsed() - since);
        pause = Math.min(pause * 2, longestPause, leaseWaitMs - waited);
      }
      return attempt;
    });
  }

  async function keep(
    { resource: { key }, trace }: Ask,
    answer: Answer,
    known: Entry | undefined,
    isPurged: (entry: Entry) => boolean,
    lease: Lease | undefined,
  ): Promise<{ answer: Answer; shared?: Promise<void> }> {
    const { entry } = answer;
    if (isPurged(entry)) return { answer };
    const ttl = lifetimes.ttlOf(entry.status);
    if (ttl === 0) {
      if (known && lifetimes.isNegative(entry.status)) await store.delete(key);
      return { answer };
    }
    const fresh = { ...entry, freshUntil: entry.validatedAt + ttl * 1000 };
    const { shared } = await store.set(key, fresh, lifetimes.keepOf(entry.status), trace, lease);
    return { answer: { ...answer, entry: fresh, stored: true }, ...(shared && { shared }) };
  }

  async function askGitHub(ask: Ask, known: Entry | undefined): Promise<Answer> {
    if (!known) return merge(await next(ask), known);
    const answer = await next({ ...ask, etags: known.upstreamEtags, stored: known });
    if (answer.validator !== "unsent") return merge(answer, known);
    // It is about other bytes than the stored ones (RFC 9111 section 4.3.4).
    const whole = await next(ask);
    return merge(whole, whole.upstreamStatus === 304 ? undefined : known);
  }

  async function refreshOnce(ask: Ask, known: Entry | undefined, isPurged: (entry: Entry) => boolean): Promise<Answer> {
    const forward = known ? "stale" : "miss";
    const { entry, lease } = await waitForLease(ask);
    if (entry) return { entry, handling: "COALESCED", forward };
    let shared: Promise<void> | undefined;
    try {
      const response = await askGitHub(ask, known);
      const kept = await keep(ask, { ...response, forward }, known, isPurged, lease);
      shared = kept.shared;
      return kept.answer;
    } finally {
      // Other processes may ask again once they can see the entry; no request here waits for that.
      if (lease || shared) waitUntil(Promise.resolve(shared).then(lease));
    }
  }

  return function refresh(ask, known) {
    const { key } = ask.resource;
    return singleFlight(
      ask,
      () => {
        const purges = store.purges();
        return refreshOnce(ask, known, ({ body }) => store.isPurged(key, purges, body));
      },
      async ({ answer }) => ({ ...(await answer), handling: "COALESCED" }),
    );
  };
}
