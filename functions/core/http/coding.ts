/** Content codings that this service makes, the best first (RFC 9110 section 8.4.1, RFC 7932). */
export const codings = ["br", "gzip"] as const;
export type Coding = (typeof codings)[number];

/**
 * The coding that `Accept-Encoding` prefers (RFC 9110 section 12.5.3); undefined for the bytes as they are, which are
 * never refused: whoever wants no coding at all and refuses these too gets them rather than nothing.
 */
export function toCoding(accepted: string | null): Coding | undefined {
  if (accepted === null) return undefined;
  const weights = new Map<string, number>();
  for (const item of accepted.toLowerCase().split(",")) {
    const [name = "", ...parameters] = item.split(";").map((part) => part.trim());
    const q = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
    const weight = q === undefined ? 1 : /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(q) ? Number(q) : 0;
    // Both names are one coding (RFC 9110 section 8.4.1.3).
    weights.set(name === "x-gzip" ? "gzip" : name, weight);
  }
  let best: Coding | undefined;
  // As it is comes last unless it is named.
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
