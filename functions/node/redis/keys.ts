/** Prefix of every key: the database may have other users. */
export const base = "edge-gists";

/** The keys of an item: its entry, its lease, and its last purge. */
export const entryKey = (item: string) => `${base}:${item}`;
export const leaseKey = (item: string) => `${base}:lease:${item}`;
export const purgeKey = (item: string) => `${base}:purged:${item}`;
