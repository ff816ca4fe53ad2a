import { EdgeError } from "../errors.ts";
import { inSpan } from "../telemetry/trace.ts";
import type { Lease, Store } from "./store/store.ts";
import { isAnothers } from "../github/client-limit.ts";
import type { Answer, Ask, Fetch, Entry } from "../model.ts";
import { coverLink, toBodyTag } from "../http/conditional.ts";
import type { Policy } from "./policy.ts";

export interface RefreshOptions {
  store: Store;
  policy: Policy;
  now: () => number;
  elapsed: () => number;
  sleep: (ms: number) => Promise<void>;
  waitUntil: (work: Promise<unknown>) => void;
  /** Longest wait for another process that refreshes the same key, in milliseconds. */
  patience: number;
}

/** Asks GitHub for a key; `known` is what the cache has of it, stale. */
export type Refresh = (ask: Ask, known: Entry | undefined) => Promise<Answer>;

interface Turn {
  entry: Entry | undefined;
  release: Lease | undefined;
}

/** First and longest pause between looks for another process's answer, in milliseconds. */
const firstLook = 10;
const longestLook = 100;

/**
 * One call to GitHub for a key at a time, among all processes that share a store; what it brings is kept
 * for everyone. Whoever comes while it runs gets its answer.
 */
export function createRefresh(
  next: Fetch,
  { store, policy, now, elapsed, sleep, waitUntil, patience }: RefreshOptions,
): Refresh {
  const running = new Map<string, Promise<Answer>>();

  /** What another process has brought meanwhile: what was known here was fresh no more. */
  async function findFresh(key: string): Promise<Entry | undefined> {
    const entry = await store.get(key);
    return entry && policy.isFresh(entry, now()) ? entry : undefined;
  }

  /** Another process's answer or the right to ask; neither where another holds it still. */
  async function tryTurn(key: string): Promise<Turn> {
    const release = await store.lease(key);
    // Also with the lease in hand: its last holder may have finished after the cache looked.
    const entry = await findFresh(key);
    if (entry) await release?.();
    return { entry, release };
  }

  /** Waits for the process that holds the lease, as long as patience lasts. */
  async function takeTurn({ resource: { key }, trace }: Ask): Promise<Turn> {
    const since = elapsed();
    const first = await tryTurn(key);
    if (first.entry || first.release || patience === 0) return first;
    return inSpan(trace, "cache lease wait", {}, async () => {
      let turn = first;
      let waited = 0;
      for (let pause = firstLook; !turn.entry && !turn.release && waited < patience;) {
        await sleep(pause);
        turn = await tryTurn(key);
        // Where the store is slow, looking takes more time than the pauses.
        waited = Math.max(waited + pause, elapsed() - since);
        pause = Math.min(pause * 2, longestLook, patience - waited);
      }
      return turn;
    });
  }

  async function keep(
    { resource: { key }, trace }: Ask,
    answer: Answer,
    entry: Entry,
    known: Entry | undefined,
    isPurged: () => boolean,
    lease: Lease | undefined,
  ): Promise<{ answer: Answer; shared?: Promise<void> }> {
    if (isPurged()) return { answer };
    const ttl = policy.ttlOf(entry.status);
    if (ttl === 0) {
      if (known && policy.isNegative(entry.status)) await store.delete(key);
      return { answer };
    }
    const fresh = { ...entry, freshUntil: entry.validatedAt + ttl * 1000 };
    const { shared } = await store.set(key, fresh, policy.keepOf(entry.status), trace, lease);
    return { answer: { ...answer, entry: fresh, stored: true }, ...(shared && { shared }) };
  }

  async function round(ask: Ask, known: Entry | undefined, isPurged: () => boolean): Promise<Answer> {
    const forward = known ? "stale" : "miss";
    const { entry, release } = await takeTurn(ask);
    if (entry) return { entry, handling: "COALESCED", forward };
    let shared: Promise<void> | undefined;
    try {
      const told = await next(known ? { ...ask, etags: known.upstreamEtags } : ask);
      const kept = await keep(
        ask,
        { ...toHandled(told, known), forward },
        merge(told, known),
        known,
        isPurged,
        release,
      );
      shared = kept.shared;
      return kept.answer;
    } finally {
      // Others may look again once the answer is where they see it; nobody here waits for that.
      if (release || shared) waitUntil(Promise.resolve(shared).then(release));
    }
  }

  return function refresh(ask: Ask, known: Entry | undefined): Promise<Answer> {
    const { key } = ask.resource;
    const generation = store.generation(key);
    // Who comes after a purge does not join what began before it.
    const name = `${generation} ${key}`;
    const shared = running.get(name);
    if (shared) {
      return shared.then(
        (answer) => ({ ...answer, handling: "COALESCED" as const }),
        (thrown: unknown) => {
          if (isAnothers(thrown, ask)) return refresh(ask, known);
          throw thrown;
        },
      );
    }
    const isPurged = () => store.generation(key) !== generation;
    const run = round(ask, known, isPurged).finally(() => running.delete(name));
    running.set(name, run);
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
      // GitHub's ETag does not cover Link, and its 304 has the Link of now: without one there are no further pages.
      link: told.link,
      etag: coverLink(known.etag, told.link),
      lastModified: toLastModified(told, known, told.link === known.link),
      ...(told.notices && { notices: { ...known.notices, ...told.notices } }),
      upstreamEtags: { ...known.upstreamEtags, ...told.upstreamEtags },
      validatedAt: told.validatedAt,
    };
  }
  if (!known || told.status !== 200) return told;
  return {
    ...told,
    lastModified: toLastModified(told, known, told.etag === known.etag),
    // The same bytes by way of another token: the validators of both hold.
    ...(toBodyTag(told.etag) === toBodyTag(known.etag) && {
      upstreamEtags: { ...known.upstreamEtags, ...told.upstreamEtags },
    }),
  };
}

/**
 * A date that tells these bytes from those before, for `If-Modified-Since`. GitHub's is when a gist was edited: comments,
 * forks or an owner's new name change the bytes and not the date. They then count as modified when GitHub first gave
 * them to this service, and go on doing so while GitHub gives the old date (RFC 9110 section 8.8.2.1).
 */
function toLastModified(told: Entry, known: Entry, isSame: boolean): string | undefined {
  if (known.lastModified === undefined || Date.parse(told.lastModified ?? "") > Date.parse(known.lastModified))
    return told.lastModified;
  if (isSame) return known.lastModified;
  return told.lastModified && new Date(told.validatedAt).toUTCString();
}
