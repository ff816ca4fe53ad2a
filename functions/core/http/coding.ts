import { parseAccept } from "./accept.ts";

/** Content codings of this service, the preferred one first (RFC 9110 section 8.4.1, RFC 7932). */
export const codings = ["br", "gzip"] as const;
export type Coding = (typeof codings)[number];

/**
 * The coding that `Accept-Encoding` prefers (RFC 9110 section 12.5.3); undefined for no coding. A body without a coding
 * is sent even if the client refuses it: a body in an unwanted form is better than none.
 */
export function toCoding(field: string | null): Coding | undefined {
  if (field === null) return undefined;
  const weights = new Map(
    // Both names are one coding (RFC 9110 section 8.4.1.3).
    parseAccept(field).map(({ name, weight }) => [name === "x-gzip" ? "gzip" : name, weight]),
  );
  let best: Coding | undefined;
  // "identity" comes last unless the field names it.
  let least = weights.get("identity") ?? 0;
  for (const coding of codings) {
    const weight = weights.get(coding) ?? weights.get("*") ?? 0;
    if (weight > 0 && (best ? weight > least : weight >= least)) {
      best = coding;
      least = weight;
    }
  }
  return best;
}
