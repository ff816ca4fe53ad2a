import { EdgeError } from "../errors.ts";
import type { Store } from "./store/store.ts";
import type { Answer, Ask, Fetch, Entry } from "../model.ts";
import type { Policy } from "./policy.ts";
import { createRefresh, type RefreshOptions } from "./refresh.ts";

export interface CacheOptions extends RefreshOptions {
  store: Store;
  policy: Policy;
}

/**
 * Answers from the store while an entry is fresh; shortly after that at once, refreshing behind; later only
 * once GitHub has confirmed or replaced it; and where GitHub fails, from what is left.
 */
export function cache(next: Fetch, options: CacheOptions): Fetch {
  const { store, policy, now, waitUntil } = options;
  const refresh = createRefresh(next, options);

  async function refreshOrBridge(ask: Ask, stale: Entry | undefined): Promise<Answer> {
    try {
      return await refresh(ask, stale);
    } catch (thrown) {
      if (!stale || !(thrown instanceof EdgeError) || !policy.mayBridge(stale, thrown, now())) throw thrown;
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
    if (!entry) return refreshOrBridge(ask, undefined);
    switch (policy.freshnessOf(entry, now())) {
      case "fresh":
        return { entry, handling: "HIT" };
      case "revalidate-behind":
        waitUntil(refresh(ask, entry).catch(() => undefined));
        return { entry, handling: "STALE" };
      case "revalidate":
        return refreshOrBridge(ask, entry.status === 200 ? entry : undefined);
    }
  };
}
