/**
 * The memory of an entry in addition to its body, for bodies of one size: `node --expose-gc overhead.mjs
 * '{"size":…,"entries":…}'`. Entries are created by the whole core, like real ones. Prints one line of JSON.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { createCore } from "./core.mjs";

const { size, entries } = JSON.parse(process.argv[2]);
/** Timeouts that are over when memory is measured: their timers are not part of an entry. */
const env = { UPSTREAM_TIMEOUT_MS: "100", UPSTREAM_TRY_TIMEOUT_MS: "100", CACHE_TTL_SECONDS: "86400" };
const core = await createCore({
  size,
  env: { ...env, CACHE_MAX_ENTRIES: "1000000", CACHE_MAX_BYTES: String(8 * 1024 ** 3) },
});

/** Memory after all pending work. */
async function settle() {
  for (let n = 0; n < 8; n++) {
    await sleep(60);
    globalThis.gc();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rss, live: heapUsed + external, ...(await core.held()) };
}

const rounds = 6;
const points = [];
for (let round = 0; round < rounds; round++) {
  for (let n = round * entries; n < (round + 1) * entries; n++) {
    // Slower than the budget's pace of calls.
    core.step(10);
    await core.ask(n);
  }
  points.push(await settle());
}

/** Growth for each entry, by least squares over the rounds after the first, which includes one-time costs. */
function slope(name) {
  const later = points.slice(1);
  const middle = (later.length - 1) / 2;
  const mean = later.reduce((sum, point) => sum + point[name], 0) / later.length;
  const [over, under] = later.reduce(
    ([a, b], point, x) => [a + (x - middle) * (point[name] - mean), b + (x - middle) ** 2],
    [0, 0],
  );
  return over / under / entries;
}
console.log(
  JSON.stringify({
    size,
    entries: entries * rounds,
    liveOverhead: Math.round(slope("live") - size),
    residentOverhead: Math.round(slope("rss") - size),
    countedOverhead: Math.round(slope("bytes") - size),
  }),
);
