import { readFileSync } from "node:fs";

/** A file of bench/results. */
const read = (name) => JSON.parse(readFileSync(new URL(`../../bench/results/${name}.json`, import.meta.url), "utf8"));

/** A hit as the container serves it: with a log line, and traced without being sampled. */
const scenario = "edge-gists, hits logged, traces unsampled";

/** Seconds of one core for a hit, by the bytes of its body: a line through the two sizes that were measured. */
function toHitCost(throughput) {
  const [small, large] = throughput.filter(({ name }) => name === scenario).toSorted((a, b) => a.body - b.body);
  const slope = (1 / large.perSecond - 1 / small.perSecond) / (large.body - small.body);
  return (bytes) => Math.max(1 / small.perSecond + slope * (bytes - small.body), 1 / small.perSecond / 2);
}

/** Bytes of an entry in Redis beyond its body, by the bytes of that: a line through the sizes that were measured. */
function toRedisOverhead(measured) {
  const [small, large] = [measured[0], measured.at(-1)];
  const slope = (large.overheadBytes - small.overheadBytes) / (large.bodyBytes - small.bodyBytes);
  return (bytes) => small.overheadBytes + slope * (bytes - small.bodyBytes);
}

/** The figures of bench/results that the plan needs, with their source. */
export function readMeasured() {
  const [speed, zipf, soak, fleet] = ["speed", "zipf", "soak", "fleet"].map(read);
  const { requests, upstreamCalls, seconds } = zipf.results;
  return {
    hitSeconds: toHitCost(speed.results.throughput),
    // All requests of that run: through the router, calls to GitHub included, without sockets.
    routedSeconds: seconds / requests,
    // As if hits had cost nothing: more than a call costs.
    callSeconds: seconds / upstreamCalls,
    headerBytes: speed.results.notModified.bytes,
    entryOverhead: Math.max(...soak.overhead.map(({ countedOverhead }) => countedOverhead)),
    redisOverhead: toRedisOverhead(fleet.redis.measured),
    machine: `${speed.machine.processor ?? speed.machine.cpu}, ${speed.versions.node}`,
    sources: {
      hits: `bench/results/speed.json, "${scenario}"`,
      others: "bench/results/zipf.json, seconds for each request, and for each call",
      entries: "bench/results/soak.json, countedOverhead",
      redis: "bench/results/fleet.json, redis",
    },
  };
}
