import type { Answer } from "../model.ts";

/** This cache's name in `Cache-Status` (RFC 9211 section 2). */
export const cacheName = "EdgeGists";

/**
 * The cache's outcome, in the words of RFC 9211.
 * @param now ms since the Unix epoch, from which the ttl is counted
 */
export function toCacheStatus(answer: Answer, now: number): string {
  const { handling, detail } = answer;
  const outcome = toOutcome(answer, now);
  // `detail` is a reason already there.
  return detail === undefined || handling === "STALE_ON_ERROR" ? outcome : `${outcome}; detail="${detail}"`;
}

function toOutcome(answer: Answer, now: number): string {
  const ttl = `; ttl=${Math.ceil((answer.entry.freshUntil - now) / 1000)}`;
  const status = answer.upstreamStatus === undefined ? "" : `; fwd-status=${answer.upstreamStatus}`;
  const stored = answer.stored ? `; stored${ttl}` : "";
  switch (answer.handling) {
    case "HIT":
    case "STALE":
      return `${cacheName}; hit${ttl}`;
    case "MISS":
      return `${cacheName}; fwd=miss${status}${stored}`;
    case "REVALIDATED":
    case "CHANGED":
      return `${cacheName}; fwd=stale${status}${stored}`;
    case "COALESCED":
      return `${cacheName}; fwd=${answer.forward ?? "miss"}${status}; collapsed${ttl}`;
    case "STALE_ON_ERROR":
      return `${cacheName}; fwd=stale${status}${ttl}; detail=${answer.reason}`;
    default:
      return answer.handling satisfies never;
  }
}
