import type { Entry } from "../../model.ts";
import type { Lifetimes } from "../lifetimes.ts";
import type { Metrics } from "../../telemetry/metrics.ts";

/** A tier's `get` that counts fresh, stale and missing entries. */
export function counted<Rest extends unknown[]>(
  get: (key: string, ...rest: Rest) => Promise<Entry | undefined>,
  tier: "memory" | "data_centre" | "shared",
  { metrics, now, isFresh }: { metrics: Metrics; now: () => number; isFresh: Lifetimes["isFresh"] },
): (key: string, ...rest: Rest) => Promise<Entry | undefined> {
  return async (key, ...rest) => {
    const entry = await get(key, ...rest);
    const found = entry === undefined ? "none" : isFresh(entry, now()) ? "fresh" : "stale";
    metrics.add("cache_lookups_total", { tier, found });
    return entry;
  };
}
