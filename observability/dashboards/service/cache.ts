import { oldSeconds } from "../../slo.ts";
import type { Panel } from "../model.ts";
import { fraction, own, quantile, sumRate } from "../promql.ts";

const quantiles = [0.5, 0.95, 0.99] as const;

/** What the cache did, and its tiers. */
export const cache: Panel[] = [
  {
    title: "What did the cache do?",
    description: "The outcomes that spans and logs use too. MISS, REVALIDATED and CHANGED called GitHub.",
    unit: "reqps",
    queries: [{ expr: sumRate(own("cache_results_total"), "handling"), legend: "{{handling}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Which fraction is served without waiting for GitHub?",
    description: "Low after a start, while the memory tier is empty. The shared tier should respond then.",
    unit: "percentunit",
    queries: [
      {
        expr: `${sumRate(own("cache_hits_total"))} / (${sumRate(own("cache_hits_total"))} + ${sumRate(own("cache_misses_total"))})`,
        legend: "all",
      },
      {
        expr: fraction(own("cache_lookups_total", 'found="fresh"'), own("cache_lookups_total"), "tier"),
        legend: "fresh in {{tier}}",
      },
    ],
    min: 0,
    max: 1,
  },
  {
    title: "How old are the responses?",
    description: `Above ${oldSeconds} s a response counts against freshness: GitHub is not called, or does not respond.`,
    unit: "s",
    thresholds: [
      [0, "green"],
      [oldSeconds, "red"],
    ],
    queries: quantiles.map((q) => ({
      expr: quantile(q, own("cache_entry_age_seconds_bucket")),
      legend: `P${q * 100}`,
    })),
    min: 0,
  },
  {
    title: "Which failures are covered by stale responses?",
    description: "The failure because of which a stale response was sent.",
    unit: "reqps",
    queries: [{ expr: sumRate(own("stale_served_total"), "reason"), legend: "{{reason}}" }],
    stacked: true,
    min: 0,
  },
  {
    title: "Does the shared tier fail?",
    description: "After a failure the tier is not used for up to 30 s. A few errors a minute are therefore an outage.",
    unit: "ops",
    queries: [
      { expr: sumRate(own("shared_cache_errors_total"), "operation", "reason"), legend: "{{operation}}: {{reason}}" },
      { expr: sumRate(own("shared_cache_skipped_total")), legend: "too large to be shared" },
      { expr: sumRate(own("redis_servers_lost_total"), "topology"), legend: "{{topology}}: Redis server lost" },
    ],
    min: 0,
  },
  {
    title: "Do purges reach the pods?",
    description:
      "Purges by pod and source. Each pod should have those of all others. A pod that receives none is not connected to Redis.",
    unit: "short",
    queries: [
      { expr: sumRate(own("cache_purges_total"), "source"), legend: "{{source}}, per second" },
      { expr: `min(${own("cache_purges_received")})`, legend: "all pods receive purges" },
    ],
    min: 0,
  },
  {
    title: "How full is the memory tier?",
    description: "By pod, as its limit counts them.",
    unit: "bytes",
    queries: [{ expr: own("cache_size_bytes"), legend: "{{pod}}" }],
    width: 24,
    min: 0,
  },
];
