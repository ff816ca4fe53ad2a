/** Allowed excess of the resident memory of the last third over that of the middle third, if it is flat. */
const residentMargin = 1.2;
/** The same for the medians of live memory after a full collection, which includes the timeouts of the last seconds. */
const liveMargin = 1.2;

const megabytes = (bytes) => Math.round(bytes / 1e5) / 10;
const percent = (part, whole) => Math.round((part / whole) * 1000) / 10;

/** The result of a run in a few numbers, and its failures. */
export function judge({ name, bounds, calls, counts, memory }) {
  const requests = counts.zipf.requests + counts.crawl.requests;
  const upstream = calls[200] + calls[304];
  const least = counts.zipf.least + counts.crawl.least;
  const third = Math.floor(memory.length / 3);
  const largest = (field, from, to) => Math.max(...memory.slice(from, to).map((sample) => sample[field]));
  const median = (field, from, to) =>
    memory
      .slice(from, to)
      .map((sample) => sample[field])
      .toSorted((a, b) => a - b)
      .at(third / 2);
  const residentGrowth = largest("rss", 2 * third) / largest("rss", third, 2 * third);
  const liveGrowth = median("live", 2 * third) / median("live", third, 2 * third);

  const summary = {
    requests,
    hitRatePercent: percent(counts.zipf.hits + counts.crawl.hits, requests),
    zipfHitRatePercent: percent(counts.zipf.hits, counts.zipf.requests),
    upstreamCalls: upstream,
    leastCalls: least,
    callsOverLeast: Math.round((upstream / least) * 1000) / 1000,
    freeCalls304: calls[304],
    residentMB: {
      afterWarmUp: megabytes(memory[third].rss),
      largest: megabytes(largest("rss", 0)),
      last: megabytes(memory.at(-1).rss),
    },
    liveMB: {
      afterWarmUp: megabytes(memory[third].live),
      largest: megabytes(largest("live", 0)),
      last: megabytes(memory.at(-1).live),
    },
    residentGrowth: Math.round(residentGrowth * 1000) / 1000,
    liveGrowth: Math.round(liveGrowth * 1000) / 1000,
    entries: largest("entries", 0),
    countedMB: megabytes(largest("bytes", 0)),
  };
  const problems = [
    [
      residentGrowth > residentMargin,
      `resident memory grew ${summary.residentGrowth} times from the middle third to the last`,
    ],
    [liveGrowth > liveMargin, `live memory grew ${summary.liveGrowth} times from the middle third to the last`],
    [summary.entries > Number(bounds.CACHE_MAX_ENTRIES), `${summary.entries} entries are more than the bound`],
    [largest("bytes", 0) > Number(bounds.CACHE_MAX_BYTES), `${summary.countedMB} MB are more than the bound`],
    [memory[third].entries < 0.9 * memory.at(-1).entries, "the cache was not full after a third: take more keys"],
    [upstream < least, "fewer calls than there can be: the measurement is wrong"],
  ]
    .filter(([isProblem]) => isProblem)
    .map(([, problem]) => problem);
  return { name, summary, problems };
}
