import { callsAnHour } from "./github.mjs";
import { characteristicTime } from "./lru.mjs";
import { dividedBy, sumOver } from "./popularity.mjs";

/** Pauses between two attempts to get a lease, in seconds (functions/core/cache/refresh.ts). */
const pauses = [0.01, 0.02, 0.04, 0.08];
const longestPause = 0.1;

/** Attempts at a lease of a request that comes at any moment of the call that holds it. */
function attemptsDuring(latency) {
  const attemptsIn = (left) => {
    let attempts = 1;
    for (let at = 0, n = 0; at < left; n++, attempts++) at += pauses[n] ?? longestPause;
    return attempts;
  };
  const moments = Array.from({ length: 20 }, (_, n) => ((n + 0.5) / 20) * latency);
  return moments.reduce((sum, left) => sum + attemptsIn(left), 0) / moments.length;
}

/**
 * Requests of a resource in one pod that find no fresh entry in its memory, during one lifetime of the shared entry: the
 * first, and each one more than `room` after the last.
 */
function readsInLifetime(rate, ttl, room) {
  const first = Math.min(room, ttl);
  return 1 - Math.exp(-rate * first) + (ttl > room ? rate * (ttl - room) * Math.exp(-rate * room) : 0);
}

/** Operations on the shared tier a second, over all pods, and the requests that wait for one. */
function sharedOperations({ groups, once, pods, lifetimes, room }) {
  const { ttl, latency } = lifetimes;
  const attempts = attemptsDuring(latency);
  const all = groups.map(({ count, rate }) => {
    const ofPod = rate / pods;
    const cycles = rate / (1 + rate * (ttl + latency));
    const others = (pods - 1) * readsInLifetime(ofPod, ttl, room) + Math.max(readsInLifetime(ofPod, ttl, room) - 1, 0);
    // In each pod one request at a time waits for the lease; the others of the pod wait for it.
    const waiting = pods * (1 - Math.exp(-ofPod * latency));
    return {
      count,
      rate,
      requests: cycles * (1 + rate * latency + others),
      // Before the lease and with it, and with each attempt of those that wait.
      reads: cycles * (2 + others + waiting * (1 + attempts)),
      writes: cycles * (3 + waiting * attempts),
      calls: cycles,
    };
  });
  const sum = (name) => sumOver(all, (one) => one[name]);
  return {
    requests: sum("requests") + once,
    reads: sum("reads") + 2 * once,
    // Lease, store and release of each call.
    writes: sum("writes") + 3 * once,
    stores: sum("calls") + once,
  };
}

/** Requests a second of one pod that the fast path serves, by the resources whose spelling it remembers. */
function onFastPath({ groups, once, spellings, keep, hits }) {
  const room = characteristicTime({ groups, once, entries: spellings, keep });
  return (
    hits * (sumOver(groups, ({ rate }) => rate * (1 - Math.exp(-rate * room))) / sumOver(groups, ({ rate }) => rate))
  );
}

/** What a number of pods does with the load. */
function ofPods(pods, { groups, once, shared, lifetimes, unchanged, entries, spellings, measured, body, keep }) {
  const ofOne = { groups: dividedBy(groups, pods), once: once / pods };
  const room = characteristicTime({ ...ofOne, entries, keep });
  // Entries that a pod has evicted are in the shared tier.
  const github = shared
    ? callsAnHour({ groups, once, caches: 1, lifetimes, room: Infinity, unchanged })
    : callsAnHour({ ...ofOne, caches: pods, lifetimes, room, unchanged });
  const rate = sumOver(groups, (group) => group.rate) + once;
  const operations = shared && sharedOperations({ groups, once, pods, lifetimes, room });
  const own = shared ? rate - operations.requests : rate * (github.hits + github.stale);
  const fast = onFastPath({ ...ofOne, spellings, keep, hits: own / pods }) * pods;
  const calls = github.calls / 3600;
  const cores =
    fast * measured.hitSeconds(body) +
    Math.max(rate - fast - calls, 0) * measured.routedSeconds +
    calls * measured.callSeconds;
  return { pods, room, github, operations, own, fast, cores };
}

/**
 * The pods that the load needs, and what they do: by CPU time, and by the calls to GitHub that one may have under way.
 * More pods need more reads of the shared tier, or more calls.
 * @param {object} load
 * @param {number} [load.pods] if their number is given
 * @param {number} load.utilisation share of a core, and of the calls at once, that a pod may use
 * @param {number} load.callsAtOnce of one pod, at most
 */
export function planPods({ pods, utilisation, callsAtOnce, ...load }) {
  function toPlan(count) {
    const plan = ofPods(count, load);
    const underWay = (plan.github.calls / 3600) * load.lifetimes.latency;
    const byCpu = Math.max(Math.ceil(plan.cores / utilisation), 1);
    const byCalls = Math.max(Math.ceil(underWay / callsAtOnce / utilisation), 1);
    return { ...plan, byCpu, byCalls, needed: Math.max(byCpu, byCalls) };
  }
  if (pods !== undefined) return toPlan(pods);
  let plan = toPlan(1);
  for (let n = 0; plan.needed > plan.pods && n < 100; n++) plan = toPlan(plan.needed);
  return plan;
}
