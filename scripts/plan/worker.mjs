import { callsAnHour } from "./github.mjs";
import { characteristicTime } from "./lru.mjs";
import { dividedBy, sumOver } from "./popularity.mjs";

const secondsOfMonth = 730 * 3600;
const days = 730 / 24;

/** A write to KV is seen elsewhere after this time, in seconds (https://developers.cloudflare.com/kv/concepts/how-kv-works/#consistency). */
const kvDelay = 60;

/** Isolates of a data centre. Cloudflare does not publish it: an assumption. */
const isolates = 4;

/** Duration of a request to an object that does not wait, in seconds: an assumption. */
const objectSeconds = 0.005;

/** Requests for one resource in a second that find nothing fresh in their cache, if `caches` share each entry's lifetime. */
const coldOf = (rate, caches, { ttl, latency }) =>
  (rate / (1 + rate * (ttl + latency))) * (1 + rate * latency + (caches - 1) * (1 - Math.exp((-rate / caches) * ttl)));

/** The calls if data centres share entries through KV: in the first minute of an entry, each makes its own. */
function throughKv(one, perLocation, { groups, once, locations, lifetimes }) {
  // An entry that lives no longer than its write takes to be seen is of use to its own data centre only.
  if (lifetimes.ttl <= kvDelay) return perLocation;
  const cycles = ({ rate }) => rate / (1 + rate * (lifetimes.ttl + lifetimes.latency));
  const others = ({ rate }) => (locations - 1) * (1 - Math.exp((-rate / locations) * kvDelay));
  const calls = 3600 * (sumOver(groups, (group) => cycles(group) * (1 + others(group))) + once);
  const growth = calls / one.calls;
  return { ...one, calls, full: one.full * growth, fullInFirstHour: perLocation.fullInFirstHour };
}

/** A month's cost of what is used, in dollars, item by item. */
export function toCost(used, prices) {
  const items = Object.entries(used).map(([name, amount]) => {
    const { title, included, unit, price } = prices.paid[name];
    return { title, amount, cost: (Math.max(amount - included, 0) / unit) * price };
  });
  const total = prices.subscription + items.reduce((sum, { cost }) => sum + cost, 0);
  const over = Object.entries(prices.freePerDay).filter(([name, most]) => (used[name] ?? 0) / days > most);
  return { total, items, isFree: over.length === 0 };
}

/**
 * The Worker by the tiers that isolates share: calls to GitHub, and a month's cost.
 * @param {object} load as for planPods, and
 * @param {number} load.locations data centres that get requests
 * @param {number} load.cpuMs CPU time of a request
 */
export function planWorker(load) {
  const { groups, once, lifetimes, unchanged, entries, keep, prices, locations, cpuMs, stored } = load;
  const rate = sumOver(groups, (group) => group.rate) + once;
  const all = locations * isolates;
  const ofOne = { groups: dividedBy(groups, all), once: once / all };
  const room = characteristicTime({ ...ofOne, entries, keep });
  const common = { lifetimes, unchanged };
  const alone = callsAnHour({ ...common, ...ofOne, caches: all, room });
  const perLocation = callsAnHour({
    ...common,
    groups: dividedBy(groups, locations),
    once: once / locations,
    caches: locations,
    room: Infinity,
  });
  const one = callsAnHour({ ...common, groups, once, caches: 1, room: Infinity });

  const perMonth = (perSecond) => perSecond * secondsOfMonth;
  /** Requests that find nothing fresh in their data centre. */
  const misses = sumOver(groups, (group) => coldOf(group.rate, locations, lifetimes)) + once;
  const base = { requests: perMonth(rate), cpuMs: perMonth(rate) * cpuMs };
  const inKv = throughKv(one, perLocation, { groups, once, locations, lifetimes });

  const throughObjects = {
    // A miss asks the object of its key for the turn. A call is told to it, and to the object of its token twice.
    objectRequests: perMonth(misses + (3 * one.calls) / 3600),
    // At most: an object is idle while nobody waits for the call.
    objectGBs: perMonth(one.calls / 3600) * (lifetimes.latency + 3 * objectSeconds) * prices.objectGB,
    // What GitHub said of the token.
    rowsWritten: perMonth(one.calls / 3600),
  };
  const kvOf = (github) => ({
    kvReads: perMonth(misses),
    kvWrites: perMonth(github.calls / 3600),
    kvStoredGB: stored / 1e9,
  });

  const tiers = [
    { name: "Memory of the isolate", github: alone, used: base },
    { name: "Cache API", github: perLocation, used: base },
    { name: "Cache API, KV", github: inKv, used: { ...base, ...kvOf(inKv) } },
    { name: "Cache API, Durable Objects", github: one, used: { ...base, ...throughObjects } },
    { name: "Cache API, Durable Objects, KV", github: one, used: { ...base, ...throughObjects, ...kvOf(one) } },
  ];
  return tiers.map((tier) => ({ ...tier, ...toCost(tier.used, prices) }));
}
