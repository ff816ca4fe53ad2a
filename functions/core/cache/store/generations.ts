/** Most tags whose last purge is remembered: some 1.5 MB. */
const maxTags = 10_000;

/**
 * Tells work from before a purge from work after it: each purge of a tag has a number, which is larger than those before.
 * The number of tags is bounded: a forgotten tag has the number of the last forgotten one, so that earlier work on it
 * counts as purged.
 */
export function createGenerations(most = maxTags) {
  const purged = new Map<string, number>();
  let last = 0;
  let forgotten = 0;
  return {
    /** The number of the last purge of a tag; 0 if there was none. */
    of: (tag: string): number => purged.get(tag) ?? forgotten,
    /** The number of the last purge. */
    last: (): number => last,
    begin(tag: string, number = last + 1): void {
      purged.delete(tag);
      purged.set(tag, number);
      last = Math.max(last, number);
      if (purged.size <= most) return;
      const [oldest, its] = purged.entries().next().value!;
      purged.delete(oldest);
      forgotten = Math.max(forgotten, its);
    },
    /** Every tag counts as purged with this number. */
    forget(number = last + 1): void {
      for (const [tag, its] of purged) if (its <= number) purged.delete(tag);
      last = Math.max(last, number);
      forgotten = Math.max(forgotten, number);
    },
  };
}
