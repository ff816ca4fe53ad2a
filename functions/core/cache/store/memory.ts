import type { Entry } from "../../model.ts";
import { createStorage, normalizeKey } from "unstorage";
import lruCacheDriver from "unstorage/drivers/lru-cache";
import { encodingsSize } from "../encodings.ts";
import { createGenerations } from "./generations.ts";
import { toItemKey } from "./item-key.ts";
import { traced } from "./traced.ts";
import type { Store } from "./store.ts";

/** Bytes that an entry costs beside its body and key: objects, header strings, map slots (measured in bench/). */
const entryOverhead = 1024;

export interface MemoryStoreOptions {
  maxEntries: number;
  /** Bytes over all entries, bodies and overhead counted. */
  maxBytes: number;
  now: () => number;
}

export interface MemoryStore extends Store {
  /** What is held now. */
  size(): { entries: number; bytes: number };
}

/** unstorage's driver ignores a ttl per item, so the time is kept beside the entry. */
interface Kept {
  entry: Entry;
  keepUntil: number;
}

/** The size that the bound counts for an entry, in bytes. */
function sizeOf(entry: Entry, key: string): number {
  return entry.body.byteLength + encodingsSize(entry.body) + key.length * 2 + entryOverhead;
}

/** The process's own tier: least recently used goes first, bounded by entries and by bytes. */
export function createMemoryStore({ maxEntries, maxBytes, now }: MemoryStoreOptions): MemoryStore {
  const driver = lruCacheDriver({
    max: maxEntries,
    maxSize: maxBytes,
    sizeCalculation: (kept: Kept, key: string) => sizeOf(kept.entry, key),
  });
  const storage = createStorage({ driver });
  const generations = createGenerations();

  return {
    get: (key, trace) =>
      traced("get", "memory", trace, async () => {
        const kept = await storage.getItemRaw<Kept>(toItemKey(key));
        if (!kept) return undefined;
        if (kept.keepUntil > now()) return kept.entry;
        await storage.removeItem(toItemKey(key));
        return undefined;
      }),
    async set(key, entry, keepSeconds) {
      await storage.setItemRaw(toItemKey(key), { entry, keepUntil: now() + keepSeconds * 1000 } satisfies Kept);
      return {};
    },
    async delete(key) {
      await storage.removeItem(toItemKey(key));
    },
    async purge(key) {
      generations.begin(key);
      await storage.removeItem(toItemKey(key));
      return true;
    },
    generation: generations.of,
    recount(key) {
      const cache = driver.getInstance?.();
      const item = normalizeKey(toItemKey(key));
      const kept = cache?.peek(item) as Kept | undefined;
      // An entry that outgrew the bound would be thrown away.
      if (kept && sizeOf(kept.entry, item) > maxBytes) return false;
      // lru-cache asks for the size of another value only.
      if (kept) cache?.set(item, { ...kept });
      return true;
    },
    watch(key) {
      const cache = driver.getInstance?.();
      const item = normalizeKey(toItemKey(key));
      return () => {
        const kept = cache?.get(item) as Kept | undefined;
        return kept && kept.keepUntil > now() ? kept.entry : undefined;
      };
    },
    // Within a process the layers see to it that a key is refreshed once at a time.
    lease: async () => async () => undefined,
    size() {
      const cache = driver.getInstance?.();
      return { entries: cache?.size ?? 0, bytes: cache?.calculatedSize ?? 0 };
    },
  };
}
