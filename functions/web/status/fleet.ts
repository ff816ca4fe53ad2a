import { type Bucket, histogramQuantile } from "./quantile.ts";
import type { Counts, Quota, Reading } from "./reading.ts";

/** Rates are those of about so long, in milliseconds: one interval would show chance, a long one would be late. */
const span = 10_000;

/** A process that was not read for so long, in milliseconds, is taken for gone, and its last reading for no start of a rate. */
export const seenFor = 30_000;

/** All that the page shows at one time. A figure that cannot be known is undefined. */
export interface Figures {
  /** Processes that responded in the last 30 seconds. */
  processes: number;
  /** Those of them that were read twice and still respond, which have rates. */
  counted: number;
  /** A second. */
  requests?: number;
  /** Responses of 400 to 499, and of 500 and above, a second. */
  refused?: number;
  failed?: number;
  /** Seconds. */
  p50?: number;
  p95?: number;
  p99?: number;
  /** From 0 to 1. */
  hitShare?: number;
  /** Stale responses because GitHub failed, a second. */
  stale?: number;
  /** Calls to GitHub, a second. */
  calls?: number;
  inFlight: number;
  connections: number;
  entries: number;
  bytes: number;
  /** Processes whose circuit to GitHub is open. */
  circuitOpen: number;
  /** Of all tokens together, and the first reset. */
  quota?: Quota;
}

interface Taken extends Reading {
  /** Milliseconds of a clock that does not step back. */
  at: number;
  /** How many readings of all processes there were before. */
  turn: number;
}

/** True if a counter fell: another process, or one that started again. */
const isReset = (before: Counts, after: Counts) => [...before].some(([name, value]) => (after.get(name) ?? 0) < value);

/** Adds the rates of one process, a second. Series that it has only now began at 0. */
function addRates(rates: Map<string, number>, first: Taken, last: Taken): void {
  for (const [name, value] of last.counts) {
    const rate = ((value - (first.counts.get(name) ?? 0)) * 1000) / (last.at - first.at);
    rates.set(name, (rates.get(name) ?? 0) + rate);
  }
}

/**
 * All processes use the same tokens. Each knows what GitHub last told it, or the whole quota: the least that one of them
 * knows is nearest to the truth.
 */
function toQuota(readings: readonly Reading[]): Quota | undefined {
  const byToken = new Map<string, Quota>();
  for (const [token, quota] of readings.flatMap(({ quotas }) => [...quotas]))
    if (quota.remaining < (byToken.get(token)?.remaining ?? Infinity)) byToken.set(token, quota);
  const quotas = [...byToken.values()];
  if (quotas.length === 0) return undefined;
  return {
    limit: quotas.reduce((sum, { limit }) => sum + limit, 0),
    remaining: quotas.reduce((sum, { remaining }) => sum + remaining, 0),
    reset: Math.min(...quotas.map(({ reset }) => reset)),
  };
}

function toBuckets(rates: ReadonlyMap<string, number>): Bucket[] {
  return [...rates].flatMap(([name, count]) => {
    const [, bound] = /^le (.+)$/.exec(name) ?? [];
    return bound === undefined ? [] : [{ le: bound === "+Inf" ? Infinity : Number(bound), count }];
  });
}

/**
 * True while a process responds as often as it did. One that ended is not told from one that others respond for, but by
 * its gaps: after twice its longest one it is not added, or a restart would show both processes' rates.
 * @param others how long a gap to expect, in readings, of one that was read once
 */
function isPresent(readings: readonly Taken[], at: number, turn: number, others: number): boolean {
  const last = readings.at(-1);
  if (!last) return false;
  let [turns, time] = [0, 0];
  for (const [index, one] of readings.slice(1).entries()) {
    const before = readings[index] ?? one;
    turns = Math.max(turns, one.turn - before.turn);
    time = Math.max(time, one.at - before.at);
  }
  return turn - last.turn < 2 * (turns || others) && at - last.at <= Math.max(span, 2 * time);
}

/** Of nothing there is no share. */
const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);

/**
 * Keeps readings of all processes behind one address, each of which may respond to any request. Rates are taken within
 * a process, then added: counters of two processes are never compared.
 */
export function createFleet() {
  const processes = new Map<string, Taken[]>();
  let turn = 0;

  /** @param at milliseconds of a clock that does not step back */
  function add(reading: Reading, at: number): void {
    turn += 1;
    const taken = { ...reading, at, turn };
    const known = processes.get(reading.process) ?? [];
    const last = known.at(-1);
    const continues = last && at > last.at && at - last.at <= seenFor && !isReset(last.counts, reading.counts);
    const readings = continues ? [...known, taken] : [taken];
    const isKept = (one: Taken) => at - one.at <= seenFor;
    processes.set(reading.process, readings.filter(isKept));
  }

  function figures(at: number): Figures {
    for (const [name, readings] of processes)
      if (at - (readings.at(-1)?.at ?? -Infinity) > seenFor) processes.delete(name);
    const present = [...processes.values()].filter((readings) => isPresent(readings, at, turn, processes.size));
    const latest = present.flatMap((readings) => readings.slice(-1));
    const rates = new Map<string, number>();
    let counted = 0;
    for (const readings of present) {
      const last = readings.at(-1);
      // The last that is old enough.
      const first = readings.findLast((one) => last && one.at <= last.at - span) ?? readings[0];
      if (!first || !last || first === last) continue;
      counted += 1;
      addRates(rates, first, last);
    }
    const rate = (name: string) => rates.get(name) ?? 0;
    const level = (name: string) => latest.reduce((sum, { gauges }) => sum + (gauges.get(name) ?? 0), 0);
    // What GitHub said stays true when the process that heard it ends.
    const quota = toQuota([...processes.values()].flatMap((readings) => readings.slice(-1)));
    const gauges = {
      // The request for these figures is in progress too.
      inFlight: latest.reduce((sum, one) => sum + Math.max((one.gauges.get("inFlight") ?? 0) - 1, 0), 0),
      connections: level("connections"),
      entries: level("entries"),
      bytes: level("bytes"),
      circuitOpen: level("circuitOpen"),
    };
    const all: Figures = { processes: processes.size, counted, ...gauges, ...(quota && { quota }) };
    if (counted === 0) return all;
    const buckets = toBuckets(rates);
    const known = {
      p50: histogramQuantile(0.5, buckets),
      p95: histogramQuantile(0.95, buckets),
      p99: histogramQuantile(0.99, buckets),
      hitShare: share(rate("hits"), rate("hits") + rate("misses")),
    };
    return {
      ...all,
      requests: rate("requests"),
      refused: rate("refused"),
      failed: rate("failed"),
      stale: rate("stale"),
      calls: rate("calls"),
      ...Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)),
    };
  }

  return { add, figures };
}
