import type { Handling } from "../../core/model.ts";

/** What one `Cache-Status` says (RFC 9211), as far as the edge uses it. */
export interface CacheStatus {
  handling: Handling;
  /** Seconds that the answer stays fresh; negative where it is past its time. */
  ttl?: number;
  /** GitHub's status, where it was asked. */
  upstreamStatus?: number;
  /** Why a stored answer stands in for GitHub's. */
  reason?: string;
}

/** Reads the service's own `Cache-Status`; undefined where there is none, or where it says nothing known. */
export function parseCacheStatus(header: string | null): CacheStatus | undefined {
  // A cache in front adds itself behind a comma: the service is the first, nearest to the origin (RFC 9211 section 2).
  const own = header?.split(",")[0] ?? "";
  const [name, ...parameters] = own.split(";").map((part) => part.trim());
  if (!name) return undefined;
  const values = new Map(
    parameters.map((parameter) => {
      const [key = "", value = ""] = parameter.split("=", 2);
      return [key, value] as const;
    }),
  );
  const handling = toHandling(values);
  if (handling === undefined) return undefined;
  const ttl = toInteger(values.get("ttl"));
  const upstreamStatus = toInteger(values.get("fwd-status"));
  const reason = values.get("detail");
  return {
    handling,
    ...(ttl !== undefined && { ttl }),
    ...(upstreamStatus !== undefined && { upstreamStatus }),
    ...(reason !== undefined && { reason }),
  };
}

/** The way back from what core/http/cache-status.ts writes to the word it was written from. */
function toHandling(values: Map<string, string>): Handling | undefined {
  if (values.has("hit")) return (toInteger(values.get("ttl")) ?? 1) > 0 ? "HIT" : "STALE";
  if (values.has("collapsed")) return "COALESCED";
  if (values.has("detail")) return "STALE_ON_ERROR";
  switch (values.get("fwd")) {
    case "miss":
      return "MISS";
    case "stale":
      return values.get("fwd-status") === "304" ? "REVALIDATED" : "CHANGED";
    default:
      return undefined;
  }
}

function toInteger(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
}
