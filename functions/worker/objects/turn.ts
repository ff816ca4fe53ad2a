import type { Turn } from "../../core/cache/store/turns.ts";

/** Texts that stored turns left behind, bounded over all objects of an isolate. */
export interface Texts {
  get(key: string): { text: string; until: number } | undefined;
  set(key: string, value: { text: string; until: number }): void;
  delete(key: string): void;
}

/** The last purge, kept while the object is not in memory. */
export interface Purged {
  read(): { purge: string; until: number } | undefined;
  write(purged: { purge: string; until: number }): void;
  clear(): void;
}

export interface TurnObjectOptions {
  /** The object's own name in `texts`. */
  id: string;
  texts: Texts;
  purged: Purged;
  now: () => number;
}

interface Waiting {
  /** Lifetime of the turn that it wants, in milliseconds. */
  ms: number;
  go: (turn: Turn) => void;
}

/**
 * The turn of one key. At most one holder has it, until it ends it or its time is over. Others wait, each in one call,
 * for what it stores; if it stores nothing, the first of them gets the turn. There is a timer only while someone waits,
 * so that an idle object leaves memory.
 */
export function createTurn({ id, texts, purged, now }: TurnObjectOptions) {
  let holder: string | undefined;
  let until = 0;
  let expiry: ReturnType<typeof setTimeout> | undefined;
  const waiting = new Map<string, Waiting>();

  function lastPurge(): string {
    const last = purged.read();
    if (!last) return "";
    if (last.until > now()) return last.purge;
    purged.clear();
    return "";
  }

  /** With the purge, since a text may stand for an entry that each process asks for by itself. */
  const handOver = (text: string, purge = lastPurge()): Turn => ({ text, ...(purge !== "" && { purge }) });

  function grant(to: string, ms: number): Turn {
    holder = to;
    until = now() + ms;
    return { purge: lastPurge() };
  }

  /** Ends the turn where its time is over, also while nobody else calls. */
  function watch(): void {
    clearTimeout(expiry);
    if (holder !== undefined && waiting.size > 0) expiry = setTimeout(passOn, until - now());
  }

  function passOn(): void {
    holder = undefined;
    const [first] = waiting;
    if (first) {
      const [name, { ms, go }] = first;
      go(grant(name, ms));
    }
    watch();
  }

  function wait(name: string, ms: number, waitMs: number): Promise<Turn> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => go(null), waitMs);
      function go(turn: Turn): void {
        clearTimeout(timer);
        waiting.delete(name);
        if (waiting.size === 0) clearTimeout(expiry);
        resolve(turn);
      }
      waiting.set(name, { ms, go });
      watch();
    });
  }

  return {
    take(name: string, ms: number, waitMs: number): Turn | Promise<Turn> {
      const stored = texts.get(id);
      if (stored && stored.until > now()) return handOver(stored.text);
      if (holder === undefined || until <= now()) return grant(name, ms);
      return waitMs > 0 ? wait(name, ms, waitMs) : null;
    },
    settle(purge: string, text: string, freshMs: number): boolean {
      const last = lastPurge();
      // As in Redis: without a recent purge, any turn's result is taken.
      if (last !== "" && last !== purge) return false;
      if (freshMs > 0) texts.set(id, { text, until: now() + freshMs });
      holder = undefined;
      const turn = handOver(text, last);
      for (const { go } of waiting.values()) go(turn);
      return true;
    },
    release(name: string): void {
      if (name === holder) passOn();
    },
    purge(purge: string, ms: number): void {
      purged.write({ purge, until: now() + ms });
      texts.delete(id);
      passOn();
    },
  };
}
