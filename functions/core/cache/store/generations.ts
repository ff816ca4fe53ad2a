/** Most keys whose last purge is remembered. */
const maxKeys = 1000;

/**
 * Tells work from before a purge from work after it: each purge of a key begins a new generation. The number of keys is
 * bounded: a forgotten key has the generation of the last forgotten one, so that earlier work on it counts as purged.
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
