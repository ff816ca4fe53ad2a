import type { Handling } from "../../core/model.ts";

/** The content of one `Cache-Status` (RFC 9211), as far as the edge uses it. */
export interface CacheStatus {
  handling: Handling;
  /** Seconds that the response stays fresh; negative if it is stale. */
  ttl?: number;
  /** GitHub's status, if GitHub was called. */
  upstreamStatus?: number;
  /** Why a stored response is sent instead of GitHub's. */
  reason?: string;
}

/** Reads the service's own `Cache-Status`; undefined if there is none, or none that is known. */
export function parseCacheStatus(header: string | null): CacheStatus | undefined {
  // A cache in front adds itself after a comma: the service is the first, nearest to the origin (RFC 9211 section 2).
  // A text in quotes is for people, such as the outcomes of all pages of a list; it may contain commas.
  const own = header?.replaceAll(/;\s*[\w-]+="(?:[^"\\]|\\.)*"/g, "").split(",")[0] ?? "";
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

/** The reverse of core/http/cache-status.ts: from the header to the cache outcome. */
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
