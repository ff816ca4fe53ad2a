import { spellingsShare } from "../../functions/core/config/config.ts";
import { callsPerMinute } from "../../functions/core/github/account-state.ts";
import { createLifetimes } from "../../functions/core/cache/lifetimes.ts";
import { toMemoryNeed } from "../../functions/node/memory.ts";
import { tokensFor } from "./github.mjs";
import { planPods } from "./node.mjs";
import { sumOver, toPopularity } from "./popularity.mjs";
import { planWorker } from "./worker.mjs";

/** Bytes that the fast path counts for a usual request (functions/core/serving/spellings.ts). */
const spellingBytes = 2048 + 2 * 200;

/** Share of a core, and of the calls at once, that a pod may use: the rest is for the busy minutes of an hour. */
const utilisation = 0.6;

const monthSeconds = 730 * 3600;

/** Reasons why the plan may not hold, as text. */
function warningsOf(
  { tokens, github, concurrency, capacity, rate, lifetimes, pods, inputs, config, body },
  { needed, inFirstHour },
) {
  const evictedAfter = pods && !inputs.shared ? pods.room : Infinity;
  return [
    tokens < needed && `${tokens} tokens are too few: ${needed} are needed`,
    tokens >= needed &&
      tokens < inFirstHour &&
      `from an empty cache, the first hour needs ${inFirstHour} tokens: some resources are fetched in the next hour only`,
    github.calls / 3600 > capacity * utilisation &&
      `GitHub can be called ${Math.round(capacity)} times a second at most (${concurrency} calls at once), and ${Math.round(github.calls / 3600)} calls are needed on average`,
    rate > capacity &&
      `with an empty cache and all users at once, requests wait and some may get 503: GitHub can be called ${Math.round(capacity)} times a second`,
    pods?.needed > pods?.pods && `${pods.pods} pods are too few: ${pods.needed} are needed`,
    evictedAfter < lifetimes.ttl &&
      `entries leave the memory of a pod ${Math.round(evictedAfter)} s after their last use, before their lifetime ends: raise CACHE_MAX_BYTES or CACHE_MAX_ENTRIES`,
    body > config.MAX_BODY_BYTES && "responses are larger than MAX_BODY_BYTES",
  ].filter(Boolean);
}

/**
 * The whole plan.
 * @param {ReturnType<typeof import("./options.mjs").readInputs>} inputs
 * @param {ReturnType<typeof import("./measured.mjs").readMeasured>} measured
 * @param {object} prices cloudflare-prices.json
 */
export function toPlan(inputs, measured, prices) {
  const { config, rate, resources, exponent, body, sent, latency, quota, tokens, runtime, shared } = inputs;
  const { keepOf } = createLifetimes(config);
  const keep = keepOf(200);
  const lifetimes = {
    ttl: config.CACHE_TTL_SECONDS,
    latency: latency / 1000,
    staleWhileRevalidate: config.CACHE_STALE_WHILE_REVALIDATE_SECONDS,
    keep: keep - config.CACHE_TTL_SECONDS,
  };
  const once = rate * inputs.once;
  const groups = toPopularity({ resources, exponent, rate: rate - once });
  const entryBytes = body + measured.entryOverhead;
  const ofEntries = config.CACHE_MAX_BYTES * (1 - spellingsShare);
  const entries = Math.min(config.CACHE_MAX_ENTRIES, Math.floor(ofEntries / entryBytes));
  const spellings = Math.floor((config.CACHE_MAX_BYTES * spellingsShare) / spellingBytes);
  const sharedEntries = sumOver(groups, (group) => 1 - Math.exp(-group.rate * keep)) + once * keep;
  const callsAtOnce = config.UPSTREAM_CONCURRENCY;
  const load = {
    ...inputs,
    utilisation,
    callsAtOnce,
    groups,
    once,
    lifetimes,
    keep,
    entries,
    spellings,
    measured,
    prices,
  };
  const stored = sharedEntries * (body + measured.redisOverhead(body));

  const pods = runtime === "node" ? planPods(load) : undefined;
  const tiers = runtime === "worker" ? planWorker({ ...load, stored }) : undefined;
  // The last tier is the one with one call for each key.
  const github = pods?.github ?? tiers.at(-1).github;
  const account = { quota, reservePercent: config.BUDGET_RESERVE_PERCENT, pace: callsPerMinute };
  const needed = tokensFor(github, account);
  const ofFleet = pods && !shared ? Infinity : config.FLEET_CONCURRENCY;
  const concurrency = Math.min(ofFleet, pods ? pods.pods * callsAtOnce : Infinity);
  // Calls a second, if each takes its time and so many are under way.
  const capacity = concurrency / lifetimes.latency;
  const operations = pods?.operations;

  return {
    load: { requestsPerSecond: rate, requestsPerMonth: rate * monthSeconds, resources, exponent, once: inputs.once },
    lifetimes: { ...lifetimes, negative: config.CACHE_NEGATIVE_TTL_SECONDS },
    responses: { hits: github.hits, stale: github.stale, waits: github.waits },
    github: {
      callsAnHour: github.calls,
      full: github.full,
      notModified: github.notModified,
      fullInFirstHour: github.fullInFirstHour,
      concurrent: (github.calls / 3600) * lifetimes.latency,
      secondsToFill: resources / capacity,
      concurrency,
      tokens: { ...needed, given: tokens, quota, reservePercent: config.BUDGET_RESERVE_PERCENT, callsPerMinute },
      fits: tokens === undefined ? undefined : tokens >= needed.needed,
    },
    ...(pods && {
      node: {
        pods: pods.pods,
        neededByCpu: pods.byCpu,
        neededByCalls: pods.byCalls,
        cores: pods.cores,
        fromOwnMemory: pods.own / rate,
        onFastPath: pods.fast / rate,
        memoryBytes: toMemoryNeed(config),
        entriesThatFit: entries,
        secondsUnused: pods.room,
      },
    }),
    ...(operations && {
      redis: {
        entries: sharedEntries,
        bytes: stored,
        readsPerSecond: operations.reads,
        scriptsPerSecond: operations.writes,
        bytesPerSecond: (operations.reads + operations.stores) * body,
      },
    }),
    ...(tiers && {
      worker: tiers.map((tier) => ({
        tier: tier.name,
        callsAnHour: tier.github.calls,
        tokens: tokensFor(tier.github, account).needed,
        dollarsPerMonth: tier.total,
        isWithinFreePlan: tier.isFree,
        items: tier.items,
      })),
      prices: { date: prices.date, sources: prices.sources },
    }),
    bandwidth: {
      toClientsPerSecond: rate * (sent + measured.headerBytes),
      toClientsPerMonth: rate * (sent + measured.headerBytes) * monthSeconds,
      fromGitHubPerSecond: (github.full / 3600) * body,
    },
    measured: { machine: measured.machine, ...measured.sources },
    warnings: warningsOf({ ...load, github, concurrency, capacity, pods, inputs }, needed),
  };
}
