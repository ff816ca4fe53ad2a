import { createStorage } from "unstorage";
import type { Entry } from "../../model.ts";
import { derivedSize } from "../forms.ts";
import { createGenerations } from "./generations.ts";
import { toItemKey } from "./item-key.ts";
import { createLruDriver } from "./lru-driver.ts";
import type { Store } from "./store.ts";
import { traced } from "./traced.ts";

/** Bytes that an entry costs beside its body and key: objects, header strings, map slots (measured in bench/). */
const entryOverhead = 1024;

export interface MemoryStoreOptions {
  maxEntries: number;
  /** Bytes of all entries, with bodies and overhead. */
  maxBytes: number;
  now: () => number;
}

export interface MemoryStore extends Store {
  /** Entries and bytes in it now. */
  size(): { entries: number; bytes: number };
}

/** The size that the bound counts for an entry, in bytes. */
function sizeOf(entry: Entry, key: string): number {
  return entry.body.byteLength + derivedSize(entry.body) + key.length * 2 + entryOverhead;
}

/** The process's own tier: least recently used goes first, bounded by entries and by bytes. */
export function createMemoryStore({ maxEntries, maxBytes, now }: MemoryStoreOptions): MemoryStore {
  const driver = createLruDriver<Entry>({ maxItems: maxEntries, maxBytes, sizeOf, now });
  const storage = createStorage({ driver });
  const generations = createGenerations();

  return {
    get: (key, trace) =>
      traced("get", "memory", trace, async () => (await storage.getItemRaw<Entry>(toItemKey(key))) ?? undefined),
    watch(key) {
      const item = toItemKey(key);
      return () => driver.read(item);
    },
    async set(key, entry, keepSeconds) {
      await storage.setItemRaw(toItemKey(key), entry, { ttl: keepSeconds });
      return {};
    },
    keep: (key, entry, keepSeconds) => driver.write(toItemKey(key), entry, keepSeconds),
    delete: (key) => storage.removeItem(toItemKey(key)),
    async purge(key) {
      generations.begin(key);
      await storage.removeItem(toItemKey(key));
      return true;
    },
    generation: generations.of,
    recount: (key) => driver.recount(toItemKey(key)),
    // The layers of a process refresh a key once at a time already.
    lease: async () => async () => undefined,
    size() {
      const { items, bytes } = driver.size();
      return { entries: items, bytes };
    },
  };
}
