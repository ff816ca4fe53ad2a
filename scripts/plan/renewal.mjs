/**
 * One resource in one cache, whose requests are a Poisson process. Each call to GitHub begins a cycle: it takes
 * `latency`, then the entry is fresh for `ttl`, then the next request makes the next call. So the calls are a renewal
 * process (https://en.wikipedia.org/wiki/Renewal_theory) with a mean distance of latency + ttl + 1 / rate.
 *
 * @typedef {object} Lifetimes in seconds
 * @property {number} ttl fresh lifetime
 * @property {number} latency of a call to GitHub
 * @property {number} staleWhileRevalidate window after the fresh lifetime
 * @property {number} keep time for which a stale entry can be revalidated
 */

/** Steps in which the longest distance between two uses is divided. */
const steps = 64;
/** Steps after which the result is that without an end. */
const maxSteps = 64 * 200;

/**
 * The mean number of requests of a lifetime that one entry serves, with the one that fetched it, if the cache evicts the
 * entry `room` seconds after its last use. Without an eviction that is 1 + rate × ttl. With G(t) for a lifetime of t:
 * G(t) = 1 + rate × t up to `room`, and then G'(t) = rate × (1 - exp(-rate × room) × G(t - room)), because a gap
 * between two requests is longer than `room` with that probability.
 */
export function servedByEntry({ rate, ttl, room }) {
  if (ttl <= room) return 1 + rate * ttl;
  const gap = Math.exp(-rate * room);
  // Long lifetimes end by eviction: the number of requests before the first gap is geometric.
  if (gap > 0 && (1 + rate * ttl) * gap > 50) return 1 / gap;
  const step = room / steps;
  const count = Math.min(Math.ceil((ttl - room) / step), maxSteps);
  const past = Array.from({ length: steps + 1 }, (_, n) => 1 + rate * n * step);
  for (let n = 0; n < count; n++) {
    const at = past.length - 1;
    const slope = (delayed) => rate * (1 - gap * delayed);
    past.push(past[at] + (step * (slope(past[at - steps]) + slope(past[at - steps + 1]))) / 2);
  }
  // The last step is longer than what is left of the lifetime.
  const over = count * step - (ttl - room);
  return count === maxSteps ? 1 / gap : past.at(-1) - (over / step) * (past.at(-1) - past.at(-2));
}

/**
 * What one cache does for one resource in the long run.
 * @param {{ rate: number, room?: number } & Lifetimes} resource requests a second; `room` seconds without a use until it
 *   is evicted
 * @returns calls to GitHub a second, the share of them that can be revalidated, and the shares of requests that are
 *   fresh hits, stale ones at once, or wait for GitHub
 */
export function inTheLongRun({ rate, ttl, latency, staleWhileRevalidate, keep, room = Infinity }) {
  const served = servedByEntry({ rate, ttl, room });
  // The request that makes the call, the hits, and the requests during the call.
  const requests = served + rate * latency;
  // An entry is unknown at the call if it was evicted or expired meanwhile.
  const evicted = room === Infinity ? 0 : Math.min(Math.exp(-rate * room) * served, 1);
  const known = (1 - evicted) * (1 - Math.exp(-rate * keep));
  const within = (seconds) => 1 - Math.exp(-rate * seconds);
  const inWindow = Math.min(within(staleWhileRevalidate) / within(room), 1);
  const hits = (served - 1) / requests;
  const stale = ((1 + rate * latency) / requests) * known * inWindow;
  return { calls: rate / requests, known, hits, stale, waits: 1 - hits - stale };
}

/** The probabilities that a Poisson variable is n or more, for n from 0 to `most`. */
function tails(mean, most) {
  const tail = [1];
  let term = Math.exp(-mean);
  for (let n = 0; n < most; n++) {
    tail.push(Math.max(tail[n] - term, 0));
    term *= mean / (n + 1);
  }
  return tail;
}

/**
 * The same from an empty cache on, without evictions, as numbers and not as rates: the nth call is made within `seconds`
 * if n requests come in the time that is left beside the lifetimes.
 * @param {{ rate: number, seconds: number } & Lifetimes} resource
 * @returns calls, those that are the first for the resource, and those made after a stale response
 */
export function fromCold({ rate, ttl, latency, staleWhileRevalidate, seconds }) {
  const most = Math.floor(seconds / (ttl + latency)) + 1;
  let [calls, stale] = [0, 0];
  for (let n = 1; n <= most; n++) {
    const left = seconds - (n - 1) * (ttl + latency);
    const made = tails(rate * left, n)[n];
    calls += made;
    if (n === 1) continue;
    // The last of n gaps is longer than the window: the other time holds the rest of it, because it has no memory.
    const later = Math.max(left - staleWhileRevalidate, 0);
    stale += made - Math.exp(-rate * staleWhileRevalidate) * tails(rate * later, n)[n];
  }
  return { calls, first: 1 - Math.exp(-rate * seconds), stale };
}
