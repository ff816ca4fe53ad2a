import { schemaVersion } from "../../core/cache/store/schema-version.ts";

/** Prefix of every key and channel: the database may have other users. */
export const base = "edge-gists";

/**
 * The keys of an item: its entry, its lease, and its last purge. Braces make them one slot of a Cluster, so that a script
 * may have them all (https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags). The version
 * is that of the entries' format: during an update no version waits for what the other one stores.
 */
const ofVersion = `${base}:${schemaVersion}`;
/** Braces of the key itself would end the tag, or leave it empty. */
const toTag = (item: string) => `{${item.replace(/[{}]/g, (brace) => `%${brace.charCodeAt(0).toString(16)}`)}}`;

export const entryKey = (item: string) => `${ofVersion}:${toTag(item)}`;
export const leaseKey = (item: string) => `${ofVersion}:lease:${toTag(item)}`;
export const purgeKey = (item: string) => `${ofVersion}:purged:${toTag(item)}`;

/** The entry's key as unstorage's driver gets it: without the prefix. */
export const itemKey = (item: string) => entryKey(item).slice(base.length + 1);
