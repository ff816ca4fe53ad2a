/** A bucket of a histogram: how many observations, or how many a second, are at most `le`. */
export interface Bucket {
  le: number;
  count: number;
}

/**
 * The quantile of a histogram as Prometheus estimates it: observations are spread evenly in their bucket, the first of
 * which begins at 0. In the last bucket it is the lower bound (https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile).
 * @param q from 0 to 1
 * @param buckets cumulative, in any order, with `+Inf`, and with bounds above 0
 * @returns undefined without observations, or without `+Inf`
 */
export function histogramQuantile(q: number, buckets: readonly Bucket[]): number | undefined {
  const sorted = buckets.toSorted((a, b) => a.le - b.le);
  // Bounds that pods of two versions do not share leave holes: a count is never below that of the bucket before.
  let most = 0;
  const rising = sorted.map(({ le, count }) => ({ le, count: (most = Math.max(most, count)) }));
  const last = rising.at(-1);
  if (rising.length < 2 || last?.le !== Infinity || last.count === 0) return undefined;
  const rank = q * last.count;
  const index = rising.findIndex(({ count }) => count >= rank);
  const below = rising[index - 1] ?? { le: 0, count: 0 };
  const within = rising[index];
  if (!within || within.le === Infinity) return rising.at(-2)?.le;
  if (within.count === below.count) return within.le;
  return below.le + ((within.le - below.le) * (rank - below.count)) / (within.count - below.count);
}
