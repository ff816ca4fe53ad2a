import { sumOver } from "./popularity.mjs";

/**
 * The characteristic time of a cache that evicts the least recently used entry: how long an entry stays after its last
 * use. It is the time in which as many different resources are requested as fit, by the approximation of Che
 * (https://doi.org/10.1109/JSAC.2002.801752).
 * @param {object} cache
 * @param {import("./popularity.mjs").Group[]} cache.groups
 * @param {number} cache.once requests a second for resources that get no second one
 * @param {number} cache.entries that fit
 * @param {number} cache.keep seconds after which an entry is dropped anyway
 * @returns seconds; Infinity if all entries fit
 */
export function characteristicTime({ groups, once, entries, keep }) {
  const held = (seconds) => sumOver(groups, ({ rate }) => 1 - Math.exp(-rate * seconds)) + once * seconds;
  if (held(keep) <= entries) return Infinity;
  let [low, high] = [0, keep];
  for (let n = 0; n < 60; n++) {
    const middle = (low + high) / 2;
    if (held(middle) < entries) low = middle;
    else high = middle;
  }
  return high;
}
