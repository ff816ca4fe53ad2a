import { createStorage } from "unstorage";
import type { Entry } from "../../model.ts";
import { derivedSize } from "../forms.ts";
import { isRaw, ownersIn, tagsIn, tagsOf } from "../tags.ts";
import { createGenerations } from "./generations.ts";
import { toItemKey, toKey } from "./item-key.ts";
import { createLruDriver } from "./lru-driver.ts";
import type { Purge, Store } from "./store.ts";
import { createTagIndex } from "./tag-index.ts";
import { traced } from "./traced.ts";

/** Bytes that an entry costs beside its body and key: objects, header strings, map slots (measured in bench/). */
const entryOverhead = 1024;

/** Bytes of a tag in the index, of a gist that a body shows. */
const tagOverhead = 256;

/** Bytes of each further validator: an id of 12 characters, an ETag of 68, and their slots. */
const validatorBytes = 128;

export interface MemoryStoreOptions {
  maxEntries: number;
  /** Bytes of all entries, with bodies and overhead. */
  maxBytes: number;
  now: () => number;
}

export interface MemoryStore extends Store {
  /** Drops entries at once. @returns what was dropped: the lists of a gist's owner are dropped with it */
  drop(purge: Purge): Purge;
  /** Drops all entries. */
  dropAll(): void;
  /** Entries and bytes in it now. */
  size(): { entries: number; bytes: number };
}

const tagsOfEntry = (key: string, { body }: Entry): readonly string[] => [
  ...tagsOf(key),
  ...(isRaw(key) ? [] : tagsIn(body)),
];

/** The size that the bound counts for an entry, in bytes. */
function sizeOf(entry: Entry, key: string): number {
  const { body, upstreamEtags } = entry;
  const shown = isRaw(key) ? 0 : tagsIn(body).length;
  const validators = Math.max(Object.keys(upstreamEtags).length - 1, 0);
  const beside = key.length * 2 + shown * tagOverhead + validators * validatorBytes + entryOverhead;
  return body.byteLength + derivedSize(body) + beside;
}

/** The process's own tier: least recently used goes first, bounded by entries and by bytes. */
export function createMemoryStore({ maxEntries, maxBytes, now }: MemoryStoreOptions): MemoryStore {
  const index = createTagIndex();
  const generations = createGenerations();
  const driver = createLruDriver<Entry>({
    maxItems: maxEntries,
    maxBytes,
    sizeOf,
    now,
    onKeep: (item, entry) => tagsOfEntry(toKey(item), entry).forEach((tag) => index.add(tag, item)),
    onDrop: (item, entry) => tagsOfEntry(toKey(item), entry).forEach((tag) => index.remove(tag, item)),
  });
  const storage = createStorage({ driver });

  function drop({ tags, keys }: Purge): Purge {
    const all = new Set(tags);
    const items = new Set(keys.map(toItemKey));
    for (const tag of all) {
      for (const item of index.find(tag)) {
        items.add(item);
        // A gist that has changed has another place in them.
        if (tag.startsWith("gist:")) ownersIn(toKey(item), driver.peek(item)!.body).forEach((owner) => all.add(owner));
      }
    }
    for (const tag of all) generations.begin(tag);
    for (const item of items) driver.remove(item);
    return { tags: [...all], keys: Array.from(items, toKey).filter((key) => !isRaw(key)) };
  }

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
    drop,
    dropAll() {
      generations.forget();
      driver.removeAll();
    },
    async purge(purge) {
      drop(purge);
      return true;
    },
    purges: generations.last,
    isPurged(key, number, body) {
      if (generations.last() <= number) return false;
      const tags = [...tagsOf(key), ...(body ? tagsIn(body) : [])];
      return tags.some((tag) => generations.of(tag) > number);
    },
    recount: (key) => driver.recount(toItemKey(key)),
    // The layers of a process refresh a key once at a time already.
    lease: async () => async () => undefined,
    size() {
      const { items, bytes } = driver.size();
      return { entries: items, bytes };
    },
  };
}
