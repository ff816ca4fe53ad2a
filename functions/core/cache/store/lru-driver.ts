import { LRUCache } from "lru-cache";
import type { Driver, StorageValue } from "unstorage";

export interface LruDriverOptions<Value> {
  maxItems: number;
  /** Bytes of all items, as `sizeOf` counts them. */
  maxBytes: number;
  sizeOf: (value: Value, key: string) => number;
  /** Milliseconds. */
  now: () => number;
  /** Called when an item is there, and again when its size has changed. */
  onKeep?: (key: string, value: Value) => void;
  /** Called when an item is no longer there, or is replaced. */
  onDrop?: (key: string, value: Value) => void;
}

/** A driver with methods that unstorage does not have. Their keys are item keys, as unstorage passes them to a driver. */
export interface LruDriver<Value> extends Driver {
  /** Reads an item synchronously, for a request that must not wait for a promise. Like any read it counts as a use. */
  read(key: string): Value | undefined;
  /** Reads an item without counting as a use. */
  peek(key: string): Value | undefined;
  /** Keeps an item for `ttl` seconds, synchronously. */
  write(key: string, value: Value, ttl: number): void;
  /** False if it was not there. */
  remove(key: string): boolean;
  removeAll(): void;
  /** Counts an item whose size has changed; false if it is now larger than the whole driver, and stays as counted. */
  recount(key: string): boolean;
  size(): { items: number; bytes: number };
}

interface Item<Value> {
  value: Value;
  /** Milliseconds, on the clock of `now`. */
  keepUntil: number;
}

/**
 * An unstorage driver in memory, bounded by items and by bytes: the least recently used item goes first. It keeps values
 * as they are, and the `ttl` of each one, in seconds. unstorage's own driver over lru-cache ignores a `ttl`, and its
 * items can be read with a promise only.
 */
export function createLruDriver<Value extends object>(options: LruDriverOptions<Value>): LruDriver<Value> {
  const { maxItems, maxBytes, sizeOf, now, onKeep, onDrop } = options;
  const items = new LRUCache<string, Item<Value>>({
    max: maxItems,
    maxSize: maxBytes,
    sizeCalculation: ({ value }, key) => sizeOf(value, key),
    ...(onDrop && { dispose: ({ value }, key) => onDrop(key, value) }),
  });

  function put(key: string, item: Item<Value>): void {
    items.set(key, item);
    // It is not there if it is larger than all there is.
    if (onKeep && items.has(key)) onKeep(key, item.value);
  }

  function read(key: string): Value | undefined {
    const item = items.get(key);
    if (!item || item.keepUntil > now()) return item?.value;
    items.delete(key);
    return undefined;
  }
  function write(key: string, value: Value, ttl: number): void {
    put(key, { value, keepUntil: now() + ttl * 1000 });
  }
  const getItem = (key: string) => (read(key) ?? null) as StorageValue;

  return {
    name: "lru",
    flags: { ttl: true },
    hasItem: (key) => read(key) !== undefined,
    getItem,
    getItemRaw: getItem,
    setItemRaw: (key, value: Value, { ttl = Infinity }: { ttl?: number }) => write(key, value, ttl),
    removeItem: (key) => void items.delete(key),
    getKeys: () => [...items.keys()],
    read,
    peek: (key) => items.peek(key)?.value,
    write,
    remove: (key) => items.delete(key),
    removeAll: () => items.clear(),
    recount(key) {
      const item = items.peek(key);
      if (!item) return true;
      // lru-cache would drop it.
      if (sizeOf(item.value, key) > maxBytes) return false;
      // lru-cache counts another object only.
      put(key, { ...item });
      return true;
    },
    size: () => ({ items: items.size, bytes: items.calculatedSize }),
  };
}
