import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks until every panel that could have data has some, or time is up.
 * @param {ReturnType<typeof import("./panels.mjs").watchPanels>} panels
 * @param {{ seconds: number, step?: number, tell: (text: string) => void, isOver?: () => boolean }} options
 * @returns {Promise<boolean>} whether all have data
 */
export async function waitForData(panels, { seconds, step = 3000, tell, isOver = () => false }) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const waiting = await panels.look();
    tell(`${panels.possible.length - waiting} of ${panels.possible.length} panels have data`);
    if (waiting === 0) return true;
    if (Date.now() > end || isOver()) return false;
    await sleep(step);
  }
}

/** The names of those addresses, by name, that do not answer with a good status in time. */
export async function findSilent(urls, options) {
  const ready = await Promise.all(Object.values(urls).map((url) => isReady(url, options)));
  return Object.keys(urls).filter((_, index) => !ready[index]);
}

/** Resolves when an address answers with a good status; false if it does not in time. */
export async function isReady(url, { seconds = 60, isOver = () => false } = {}) {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end && !isOver()) {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.ok) return true;
    await sleep(500);
  }
  return false;
}
