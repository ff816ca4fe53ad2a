import type { Config } from "../config.ts";
import type { Entry, Store } from "../stores/store.ts";
import type { Answer, Fetch } from "./fetch.ts";

export interface CacheOptions {
  config: Config;
  store: Store;
  now: () => number;
}

/** How long a stale entry is kept for the sake of its validator, in seconds. */
const keepSeconds = 86_400;

/** Answers from the store while an entry is fresh; afterwards asks GitHub whether it still holds. */
export function cache(next: Fetch, { config, store, now }: CacheOptions): Fetch {
  /** Seconds for which an answer of this status is fresh; 0 where it is not to be stored. */
  function ttlOf(status: number): number {
    switch (status) {
      case 200:
        return config.CACHE_TTL_SECONDS;
      case 403:
      case 404:
      case 410:
      case 451:
        return config.CACHE_NEGATIVE_TTL_SECONDS;
      default:
        return 0;
    }
  }

  async function keep(key: string, answer: Answer, entry: Entry, handling: Answer["handling"]): Promise<Answer> {
    const ttl = ttlOf(entry.status);
    if (ttl === 0) return { ...answer, handling };
    const fresh = { ...entry, freshUntil: entry.validatedAt + ttl * 1000 };
    await store.set(key, fresh, ttl + (entry.status === 200 ? keepSeconds : 0));
    return { ...answer, entry: fresh, handling, stored: true };
  }

  return async function cached(ask) {
    const { key } = ask.resource;
    const entry = await store.get(key);
    if (!entry) {
      const answer = await next(ask);
      return keep(key, answer, answer.entry, "MISS");
    }
    if (entry.freshUntil > now()) return { entry, handling: "HIT" };

    const answer = await next({ ...ask, etags: entry.upstreamEtags });
    if (answer.upstreamStatus === 304) return keep(key, answer, confirmed(entry, answer.entry), "REVALIDATED");
    return keep(key, answer, answer.entry, "CHANGED");
  };
}

/** A stored entry after a 304: the bytes stay, the fields that a 304 carries are taken over (RFC 9111 section 4.3.4). */
function confirmed(stored: Entry, told: Entry): Entry {
  return {
    ...stored,
    link: told.link ?? stored.link,
    lastModified: told.lastModified ?? stored.lastModified,
    upstreamEtags: { ...stored.upstreamEtags, ...told.upstreamEtags },
    validatedAt: told.validatedAt,
  };
}
