import type { Entry } from "../../model.ts";
import { inSpan, type Trace } from "../../telemetry/trace.ts";

/** A span around a tier's operation, with whether an entry was found. */
export function traced<T extends Entry | undefined | void>(
  operation: "get" | "set",
  tier: "memory" | "shared",
  trace: Trace | undefined,
  work: () => Promise<T>,
): Promise<T> {
  if (!trace?.sampled) return work();
  return inSpan(trace, `cache ${operation}`, { "edge_gists.cache.tier": tier }, async (span) => {
    const found = await work();
    if (operation === "get") span?.set({ "edge_gists.cache.found": found !== undefined });
    return found;
  });
}
