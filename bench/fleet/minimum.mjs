/**
 * The least calls for a log of requests: those of one cache for everyone, without bounds, without a way to it, that
 * calls GitHub only for a request for which it has nothing fresh. GitHub takes as long for it as for the fleet.
 * @param log `times` in ms, in order, and the `keys` that were requested
 * @param lifetime of an entry, in ms
 * @param latencyOf ms that GitHub takes for the nth call for a key
 */
export function leastCalls({ times, keys }, { lifetime, latencyOf, count }) {
  const freshUntil = new Float64Array(count).fill(-Infinity);
  const calls = new Uint32Array(count);
  let least = 0;
  for (let n = 0; n < times.length; n++) {
    const key = keys[n];
    if (times[n] < freshUntil[key]) continue;
    freshUntil[key] = times[n] + latencyOf(key, calls[key]++) + lifetime;
    least += 1;
  }
  return least;
}
