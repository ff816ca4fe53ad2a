/**
 * One soak in a process of its own, so that its memory is its own: `node --expose-gc run.mjs '{"keys":…}'`.
 * Every second request is the next of a crawl over all keys, each once; the others are drawn from a Zipf law.
 * Prints its result as one line of JSON.
 */
import { createCore } from "./core.mjs";
import { createRandom, createZipf } from "./workload.mjs";

const { keys, env, exponent = 1, requestsPerSecond = 200, samples = 60, seed = 1 } = JSON.parse(process.argv[2]);
const core = await createCore({ env });
const draw = createZipf(keys, exponent, createRandom(seed));
const lifetime = core.config.CACHE_TTL_SECONDS * 1000;

/** The last call that an unbounded cache would have made for each key. */
const asked = new Float64Array(keys).fill(-Infinity);
const counts = { zipf: { requests: 0, hits: 0, least: 0 }, crawl: { requests: 0, hits: 0, least: 0 } };
const memory = [];

async function request(kind, key) {
  const count = counts[kind];
  count.requests += 1;
  if (core.now() - asked[key] >= lifetime) {
    asked[key] = core.now();
    count.least += 1;
  }
  if (/; hit;/.test(await core.ask(key))) count.hits += 1;
  core.step(1000 / requestsPerSecond);
}

async function sample(requests) {
  const { rss } = process.memoryUsage();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  memory.push({ requests, rss, live: heapUsed + external, ...(await core.held()) });
}

const every = Math.floor((2 * keys) / samples);
const since = performance.now();
await sample(0);
for (let n = 0; n < keys; n++) {
  await request("crawl", n);
  await request("zipf", draw());
  if ((2 * n + 2) % every < 2) await sample(2 * n + 2);
}

const seconds = (performance.now() - since) / 1000;
console.log(JSON.stringify({ keys, exponent, requestsPerSecond, seconds, calls: core.calls, counts, memory }));
