import kvDriver from "unstorage/drivers/cloudflare-kv-binding";
import type { Sharing } from "../core/cache/store/create.ts";
import type { Env } from "./env.ts";

/**
 * Sharing through Workers KV: eventually consistent, a minute at least, and without an atomic operation, so
 * that isolates share entries but cannot agree on who refreshes one, nor refuse what was asked before a purge.
 * https://developers.cloudflare.com/kv/concepts/how-kv-works/
 */
export function createKvSharing(binding: NonNullable<Env["CACHE"]>): Sharing {
  return { driver: kvDriver({ binding: binding as never }) };
}
