import { sha256 } from "../http/digest.ts";

/**
 * Largest body whose ETag is derived, in bytes. Web Crypto hashes no stream: a larger one would cost a copy of all its
 * bytes, twice, to save one call of the quota.
 */
export const maxDerived = 1024 * 1024;

/** Copies of each byte while an ETag is derived: what is hashed, and what Web Crypto takes of it. */
export const derivingCopies = 2;

/** The request headers that GitHub's ETag covers, in this order. */
const covered = ["accept", "authorization", "cookie"] as const;

/**
 * The ETag that GitHub makes for a body: SHA-256 over the values of these request headers, each with a colon after it,
 * and the body before any compression. GitHub does not document it, and may change it. It was found by
 * https://github.com/bored-engineer/github-conditional-http-transport, whose tests run against GitHub.
 * @param headers of the request, by name in lower case
 */
export async function deriveEtag(headers: Record<string, string>, body: Uint8Array<ArrayBuffer>): Promise<string> {
  const prefix = covered.flatMap((name) => (headers[name] === undefined ? [] : [`${headers[name]}:`])).join("");
  // Latin-1, as the header is sent.
  const bytes = new Uint8Array(prefix.length + body.byteLength);
  for (let at = 0; at < prefix.length; at++) bytes[at] = prefix.charCodeAt(at);
  bytes.set(body, prefix.length);
  return `"${await sha256(bytes)}"`;
}
