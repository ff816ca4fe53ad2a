import type { Driver } from "unstorage";

/** The path under which items are kept. It is no route: they are in a cache of their own, which serves no request. */
const folder = "/.edge-gists/";

export interface CacheApiOptions {
  /** Opens the cache. It is called for each operation: workerd does not share a promise between requests. */
  open: () => Promise<Pick<Cache, "match" | "put" | "delete">>;
  /**
   * The Worker's own origin: a name that it does not have would cost look-ups
   * (https://developers.cloudflare.com/workers/runtime-apis/cache/#accessing-cache).
   */
  origin: string;
}

/**
 * An unstorage driver over the Cache API, which has none: text under an address of its own for each key. The isolates
 * of one data centre share it, at no charge. It does nothing on workers.dev.
 */
export function createCacheApiDriver({ open, origin }: CacheApiOptions): Driver {
  const toUrl = (key: string) => `${origin}${folder}${encodeURIComponent(key)}`;

  return {
    name: "cache-api",
    flags: { ttl: true },
    async hasItem(key) {
      return (await (await open()).match(toUrl(key))) !== undefined;
    },
    async getItem(key) {
      const found = await (await open()).match(toUrl(key));
      return found ? await found.text() : null;
    },
    async setItem(key, value, { ttl }: { ttl?: number }) {
      const headers = {
        "content-type": "text/plain; charset=utf-8",
        ...(ttl !== undefined && { "cache-control": `max-age=${ttl}` }),
      };
      await (await open()).put(toUrl(key), new Response(value, { headers }));
    },
    async removeItem(key) {
      await (await open()).delete(toUrl(key));
    },
    // The Cache API has no list.
    getKeys: () => [],
  };
}
