/**
 * The shared tier of a fleet, with what Redis does for it: values and leases that expire, and operations that are
 * atomic. One command takes `latency` there and as long back.
 */

/**
 * @param clock of createClock
 * @param latency milliseconds in one direction
 */
export function createSharedTier({ clock, latency }) {
  /** @type {Map<string, { text: string, until: number }>} */
  const values = new Map();
  /** @type {Map<string, { holder: string, until: number }>} */
  const held = new Map();
  const counts = { reads: 0, found: 0, leases: 0, refused: 0, stores: 0, releases: 0, bytes: 0 };

  const textOf = (key) => {
    const value = values.get(key);
    return value && value.until > clock.now() ? value.text : null;
  };
  const keep = (key, text, ttl) => void values.set(key, { text, until: clock.now() + ttl * 1000 });

  /** Runs a command where Redis would: after the way there, and before the way back. */
  async function command(run) {
    await clock.sleep(latency);
    const reply = run();
    await clock.sleep(latency);
    return reply;
  }

  const driver = {
    name: "shared-tier-in-memory",
    hasItem: (key) => command(() => textOf(key) !== null),
    getItem: (key) =>
      command(() => {
        const text = textOf(key);
        counts.reads += 1;
        if (text !== null) counts.found += 1;
        return text;
      }),
    setItem: (key, text, { ttl }) => command(() => keep(key, text, ttl)),
    removeItem: (key) => command(() => void values.delete(key)),
    getKeys: () => command(() => [...values.keys()]),
  };

  const leases = {
    take: (key, holder, ms) =>
      command(() => {
        counts.leases += 1;
        if ((held.get(key)?.until ?? 0) > clock.now()) {
          counts.refused += 1;
          return undefined;
        }
        held.set(key, { holder, until: clock.now() + ms });
        return "";
      }),
    release: (key, holder) =>
      command(() => {
        counts.releases += 1;
        if (held.get(key)?.holder === holder) held.delete(key);
      }),
    store: (key, text, ttl) =>
      command(() => {
        counts.stores += 1;
        keep(key, text, ttl);
        return true;
      }),
    purge: () => command(() => undefined),
  };

  return {
    driver,
    leases,
    counts,
    /** Entries, and their bytes as texts. */
    size() {
      let bytes = 0;
      for (const { text } of values.values()) bytes += text.length;
      return { entries: values.size, bytes };
    },
  };
}
