import { expect, test } from "vitest";
import { type Bucket, histogramQuantile } from "./quantile.ts";

const toBuckets = (counts: Record<string, number>): Bucket[] =>
  Object.entries(counts).map(([le, count]) => ({ le: le === "+Inf" ? Infinity : Number(le), count }));

/** https://github.com/prometheus/prometheus/blob/main/promql/promqltest/testdata/histograms.test */
const positive = { "0.1": 50, ".2": 70, "1e0": 110, "+Inf": 120 };
const middles = { 0: 0, 2: 1, 4: 2, 6: 3, "+Inf": 3 };
const durations = { "0.1": 10, "0.2": 24, "+Inf": 30 };

test.each([
  [0, positive, 0],
  [0.2, positive, 0.048],
  [0.5, positive, 0.15],
  [0.8, positive, 0.72],
  [1, positive, 1],
  [1 / 6, middles, 1],
  [0.5, middles, 3],
  [5 / 6, middles, 5],
  [0.3, { "0.1": 1, "0.2": 3, "+Inf": 4 }, 0.11],
  [0.5, { "0.1": 2, "0.2": 5, "+Inf": 6 }, 0.13333333333333333],
  [0.5, { "0.1": 4, "0.2": 7, "+Inf": 9 }, 0.11666666666666667],
  [0.9, durations, 0.2],
])("quantile %f of %o is Prometheus's: %f", (q, counts, wanted) => {
  expect(histogramQuantile(q, toBuckets(counts))).toBeCloseTo(wanted, 12);
});

test("the order of buckets does not matter, and counts may be rates", () => {
  const rates = toBuckets({ "+Inf": 1.2, "0.2": 0.7, "0.1": 0.5, 1: 1.1 });
  expect(histogramQuantile(0.5, rates)).toBeCloseTo(0.15, 12);
});

test("a bucket that only some pods have hides no observation of the others", () => {
  expect(histogramQuantile(0.5, toBuckets({ "0.1": 10, "0.15": 2, "0.2": 20, "+Inf": 20 }))).toBeCloseTo(0.1, 12);
});

test.each([
  ["no buckets", {}],
  ["no observations", { "0.1": 0, "+Inf": 0 }],
  ["no +Inf", { "0.1": 1, "0.2": 2 }],
  ["nothing but +Inf", { "+Inf": 2 }],
])("there is no quantile with %s", (_, counts) => {
  expect(histogramQuantile(0.5, toBuckets(counts))).toBeUndefined();
});
