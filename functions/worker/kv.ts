import kvDriver from "unstorage/drivers/cloudflare-kv-binding";
import type { Sharing } from "../core/cache/store/create.ts";
import type { Env } from "./env.ts";
import { findKeys, type KeyLister } from "./find-keys.ts";

/**
 * Sharing through Workers KV. KV is eventually consistent, within a minute or more, and has no atomic operations.
 * Isolates therefore share entries, but cannot agree on one that refreshes, and cannot refuse the result of a call that
 * began before a purge.
 * https://developers.cloudflare.com/kv/concepts/how-kv-works/
 */
export function createKvSharing(binding: NonNullable<Env["CACHE"]>): Sharing {
  return {
    driver: kvDriver({ binding: binding as never }),
    find: (tags) => findKeys(binding as KeyLister, tags),
  };
}
