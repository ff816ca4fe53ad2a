/**
 * The averages and the maximum over time that Knative's autoscaler decides by. Times are in seconds; a bucket is one
 * second.
 */

const round = (value: number): number => Math.round(value * 1e6) / 1e6;

/** Values that are recorded in buckets of a second, and their average over the last seconds. */
export interface AverageWindow {
  record: (now: number, value: number) => void;
  /** Over the part of the window for which something was recorded. */
  average: (now: number) => number;
  /** True if nothing was recorded within the window. */
  isEmpty: (now: number) => boolean;
}

/** As TimedFloat64Buckets of https://github.com/knative/serving/blob/main/pkg/autoscaler/aggregation/bucketing.go */
export function createAverageWindow(seconds: number): AverageWindow {
  const buckets = new Float64Array(seconds);
  const at = (second: number) => ((second % seconds) + seconds) % seconds;
  let first = Number.NaN;
  let last = -Infinity;
  let total = 0;
  const clear = (from: number, to: number) => {
    for (let second = from; second <= to; second += 1) {
      total -= buckets[at(second)]!;
      buckets[at(second)] = 0;
    }
  };
  return {
    record(now, value) {
      const second = Math.floor(now);
      if (second !== last) {
        if (second + seconds <= last) return;
        if (Number.isNaN(first) || second < first) first = second;
        if (second - last >= seconds) {
          first = second;
          buckets.fill(0);
          total = 0;
        } else clear(last + 1, second);
        last = Math.max(last, second);
      }
      buckets[at(second)]! += value;
      total += value;
    },
    average(now) {
      const second = Math.floor(now);
      const gap = second - last;
      if (gap >= seconds) return 0;
      const recorded = last - first + 1;
      if (gap <= 0) return round(total / Math.min(recorded, seconds));
      let sum = total;
      for (let index = last + 1; index <= second; index += 1) sum -= buckets[at(index)]!;
      return round(sum / Math.min(recorded, seconds - gap));
    },
    isEmpty: (now) => Math.floor(now) - last > seconds,
  };
}

/** The maximum of what was recorded within a time. */
export interface MaximumWindow {
  /** Returns the maximum, with this value. */
  record: (now: number, value: number) => number;
}

/** As TimeWindow of https://github.com/knative/serving/tree/main/pkg/autoscaler/aggregation/max */
export function createMaximumWindow(seconds: number, granularity: number): MaximumWindow {
  const size = Math.ceil(seconds / granularity);
  let recorded: { index: number; value: number }[] = [];
  return {
    record(now, value) {
      const index = Math.floor(Math.floor(now) / granularity);
      recorded = [...recorded.filter((entry) => index - entry.index < size), { index, value }];
      return Math.max(...recorded.map((entry) => entry.value));
    },
  };
}
