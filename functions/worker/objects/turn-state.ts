import type { DurableObjectState } from "cloudflare:workers";
import { LRUCache } from "lru-cache";
import { createTurn } from "./turn.ts";

/**
 * Memory for the texts of all objects in one isolate, in bytes, of which workerd gives them 128 MB
 * (https://developers.cloudflare.com/durable-objects/platform/pricing/). A UTF-16 unit has two bytes.
 */
const maxBytes = 32 * 1024 * 1024;
const texts = new LRUCache<string, { text: string; until: number }>({
  maxSize: maxBytes,
  sizeCalculation: ({ text }, key) => 2 * text.length + key.length + 256,
});

const purgedKey = "purged";

/** The turn of an object, with its last purge in the object's storage: a refresh lasts longer than an idle object. */
export function createObjectTurn({ id, storage }: DurableObjectState): ReturnType<typeof createTurn> {
  return createTurn({
    id: id.toString(),
    texts,
    purged: {
      read: () => storage.kv.get(purgedKey),
      write: (purged) => storage.kv.put(purgedKey, purged),
      // Storage without content costs nothing and is removed.
      clear: () => void storage.deleteAll(),
    },
    now: Date.now,
  });
}
