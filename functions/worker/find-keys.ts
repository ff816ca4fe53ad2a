import { toItemKey, toKey } from "../core/cache/store/item-key.ts";
import { tagsOf } from "../core/cache/tags.ts";
import { apiVersions, commentParams, gistParams } from "../core/http/negotiate.ts";

/** The part of a KV namespace that lists keys: https://developers.cloudflare.com/kv/api/list-keys/ */
export interface KeyLister {
  list(options: { prefix: string; cursor?: string }): Promise<{ keys: { name: string }[]; cursor?: string }>;
}

const params = new Set(["json", ...gistParams, ...commentParams]);

async function list(kv: KeyLister, prefix: string): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const found = await kv.list({ prefix, ...(cursor !== undefined && { cursor }) });
    names.push(...found.keys.map(({ name }) => name));
    cursor = found.cursor;
  } while (cursor);
  return names;
}

/**
 * The keys of a gist's or a user's entries in KV, as far as this location knows them. unstorage's driver lists keys by
 * whole segments only.
 */
export async function findKeys(kv: KeyLister, tags: readonly string[]): Promise<string[]> {
  const prefixes = tags.flatMap((tag) => {
    const [, kind, name] = /^(gist|user):(.*)$/s.exec(tag) ?? [];
    if (name === undefined) return [];
    return apiVersions.flatMap((version) => Array.from(params, (param) => `${version},${param},${kind}s,${name}`));
  });
  const lists = await Promise.all(prefixes.map(async (prefix) => list(kv, toItemKey(prefix))));
  // They begin the keys of longer names too.
  return lists
    .flat()
    .map(toKey)
    .filter((key) => tagsOf(key).some((tag) => tags.includes(tag)));
}
