/** Most keys whose last purge is remembered. */
const maxKeys = 1000;

/**
 * Tells what was begun before a purge from what came after it: each purge of a key begins a new generation of it. Bounded: a key
 * that is forgotten has the generation of the last one forgotten, so that what was begun before then counts as purged.
 */
export function createGenerations(most = maxKeys) {
  const purged = new Map<string, number>();
  let last = 0;
  let forgotten = 0;
  return {
    of: (key: string): number => purged.get(key) ?? forgotten,
    begin(key: string): void {
      purged.delete(key);
      purged.set(key, (last += 1));
      if (purged.size <= most) return;
      const [oldest, number] = purged.entries().next().value!;
      purged.delete(oldest);
      forgotten = number;
    },
  };
}
