import { EdgeError } from "../errors.ts";
import type { Answer, Ask, Entry, Fetch } from "../model.ts";
import type { Lifetimes } from "./lifetimes.ts";
import { createRefresh, type RefreshOptions } from "./refresh.ts";
import type { Store } from "./store/store.ts";

export interface CacheOptions extends RefreshOptions {
  store: Store;
  lifetimes: Lifetimes;
}

/**
 * Serves an entry from the store while it is fresh; within the stale-while-revalidate window at once, with a refresh in
 * the background; later after GitHub has confirmed or replaced it; and where GitHub fails, within the stale-if-error
 * window.
 */
export function cache(next: Fetch, options: CacheOptions): Fetch {
  const { store, lifetimes, now, waitUntil } = options;
  const refresh = createRefresh(next, options);

  async function refreshOrServeStale(ask: Ask, stale: Entry | undefined): Promise<Answer> {
    try {
      return await refresh(ask, stale);
    } catch (thrown) {
      if (!stale || !(thrown instanceof EdgeError) || !lifetimes.mayServeStale(stale, thrown, now())) throw thrown;
      const { upstreamStatus } = thrown.details;
      return {
        entry: stale,
        handling: "STALE_ON_ERROR",
        reason: thrown.failure,
        ...(upstreamStatus !== undefined && { upstreamStatus }),
      };
    }
  }

  return async function cached(ask) {
    const entry = await store.get(ask.resource.key, ask.trace);
    if (!entry) return refreshOrServeStale(ask, undefined);
    switch (lifetimes.freshnessOf(entry, now())) {
      case "fresh":
        return { entry, handling: "HIT" };
      case "stale-while-revalidate":
        waitUntil(refresh(ask, entry).catch(() => undefined));
        return { entry, handling: "STALE" };
      case "revalidate":
        return refreshOrServeStale(ask, entry.status === 200 ? entry : undefined);
    }
  };
}
