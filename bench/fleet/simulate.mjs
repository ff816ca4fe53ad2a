/**
 * One simulation in a process of its own, whose timers it replaces: `node simulate.mjs '{"pods":…}'`. Prints its result
 * as one line of JSON.
 */
import { hash } from "node:crypto";
import { build } from "../../functions/core/config/build.ts";
import { toResource } from "../../functions/core/cache/key.ts";
import { loadSharedTier } from "../../functions/core/cache/store/create.ts";
import { toConfig } from "../../functions/core/config/config.ts";
import { apiVersions, gistParams, negotiate } from "../../functions/core/http/negotiate.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import { createRandom, createZipf } from "../soak/workload.mjs";
import { createClock, takeOver } from "./clock.mjs";
import { createGitHub, latencyOf } from "./github.mjs";
import { leastCalls } from "./minimum.mjs";
import { createPods } from "./pods.mjs";
import { createSharedLimits } from "./shared-limits.mjs";
import { createSharedTier } from "./shared-tier.mjs";

/**
 * @typedef {object} Options
 * @property {number} pods at the begin
 * @property {number} users
 * @property {number} requestsPerUserHour each user's requests are a Poisson process
 * @property {number} keys drawn by Zipf's law
 * @property {number} exponent of that law
 * @property {number} seconds
 * @property {number} [ramp] seconds in which the users come, one after another; without it, all are there at once
 * @property {number} tokens
 * @property {boolean} shared whether there is a shared tier
 * @property {boolean} [limitsShared] whether the shared tier has the limits too
 * @property {{ every: number, crashes: number }} [churn] every so many seconds a pod stops and another starts; a share crashes
 * @property {{ from: number, seconds: number }} [limit] GitHub limits a token for a time, in seconds from the begin
 * @property {number} [warmUp] seconds after which the figures of `later` begin
 * @property {Record<string, string>} env settings
 * @property {number} seed
 */

/** @type {Options} */
const options = JSON.parse(process.argv[2]);
const { users, requestsPerUserHour, keys, exponent, seconds, seed, shared, limit } = options;

const start = Date.UTC(2026, 0, 1);
/** Longer than a lease, in ms: what is under way at the end comes to its end. */
const afterwards = 20_000;
const end = start + seconds * 1000;
const clock = createClock(start);
takeOver(clock, hash);
const random = createRandom(seed);

const tokens = Array.from({ length: options.tokens }, (_, n) => `simulated-${String(n).padStart(4, "0")}`);
const config = toConfig({ GITHUB_TOKEN: tokens.join(","), ...options.env });
const github = createGitHub({
  clock,
  keys,
  limit: limit && {
    token: tokens[0],
    from: start + limit.from * 1000,
    until: start + (limit.from + limit.seconds) * 1000,
  },
});
/** Of a command to the shared tier in one direction, in ms. */
const latency = 1;
const tier = createSharedTier({ clock, latency });
const fleet = createPods({
  clock,
  github,
  config,
  random,
  metrics: createMetrics(build),
  ...(shared && { sharing: { ...tier, code: await loadSharedTier() } }),
  ...(shared && options.limitsShared !== false && { limits: createSharedLimits({ clock, latency }) }),
  ...options,
});

const representation = negotiate(undefined, apiVersions[0], gistParams);
const resources = Array.from({ length: keys }, (_, n) =>
  toResource(["users", `synthetic-${n}`, "gists"], {}, representation),
);
const draw = createZipf(keys, exponent, createRandom(seed + 1));

/** All users together: the sum of Poisson processes is one, and any of them is as likely the one that asks. */
const meanGap = 3_600_000 / (users * requestsPerUserHour);
const expected = Math.ceil((end - start) / meanGap);
const log = { times: new Float64Array(expected * 1.1 + 1000), keys: new Uint32Array(expected * 1.1 + 1000) };
const counts = { requests: 0, failed: 0 };
const handlings = {};
/** Requests by the milliseconds that they waited. */
const waits = new Uint32Array(20_000);

async function request(key, user) {
  const began = clock.now();
  try {
    const { handling } = await fleet.pick().gists({ resource: resources[key], client: String(user) });
    handlings[handling] = (handlings[handling] ?? 0) + 1;
    waits[Math.min(clock.now() - began, waits.length - 1)] += 1;
  } catch {
    counts.failed += 1;
  }
}

const ramp = (options.ramp ?? 0) * 1000;
let next = start;
function arrive() {
  for (; next < clock.now() + 1 && next < end; next += -Math.log(1 - random()) * meanGap) {
    if (random() * ramp > next - start) continue;
    const key = draw();
    log.times[counts.requests] = clock.now();
    log.keys[counts.requests] = key;
    counts.requests += 1;
    void request(key, Math.floor(random() * users));
  }
  if (next < end) clock.at(Math.floor(next), arrive);
}

/** What has been done so far. */
function countAll() {
  const { reads, leases, stores, releases } = tier.counts;
  const { calls } = github.figures();
  return { requests: counts.requests, calls, hits: handlings.HIT ?? 0, reads, scripts: leases + stores + releases };
}

const since = process.cpuUsage();
clock.at(start, arrive);
await clock.runUntil(start + (options.warmUp ?? 0) * 1000);
const before = countAll();
await clock.runUntil(end + afterwards);
const figures = github.figures();
const later = Object.fromEntries(Object.entries(countAll()).map(([name, count]) => [name, count - before[name]]));

const sent = { times: log.times.subarray(0, counts.requests), keys: log.keys.subarray(0, counts.requests) };
const lifetime = config.CACHE_TTL_SECONDS * 1000;
const least = leastCalls(sent, { lifetime, latencyOf, count: keys });
const waitOf = (share) => {
  let left = share * waits.reduce((sum, count) => sum + count, 0);
  return waits.findIndex((count) => (left -= count) <= 0);
};
console.log(
  JSON.stringify({
    options,
    requests: counts.requests,
    keysRequested: new Set(sent.keys).size,
    ...figures,
    least,
    overLeast: Number((figures.calls / least).toFixed(5)),
    handlings,
    failed: counts.failed,
    lost: counts.requests - counts.failed - Object.values(handlings).reduce((sum, count) => sum + count, 0),
    waitMs: { p50: waitOf(0.5), p99: waitOf(0.99), p999: waitOf(0.999) },
    fleet: fleet.figures(),
    ...(options.warmUp !== undefined && { later }),
    ...(shared && { tier: { ...tier.counts, ...tier.size() } }),
    cpuSeconds: Math.round(process.cpuUsage(since).user / 1e6),
    residentMB: Math.round(process.resourceUsage().maxRSS / 1000),
  }),
);
