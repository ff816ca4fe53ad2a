import { sha256 } from "./digest.ts";
import type { Entry } from "../stores/store.ts";

/** A request's preconditions for reading (RFC 9110 section 13.1). */
export interface Preconditions {
  ifNoneMatch: string | undefined;
  ifModifiedSince: string | undefined;
}

const entityTag = /(?:W\/)?"([\u0021\u0023-\u007e\u0080-\u00ff]*)"/g;

/**
 * True where the client already has these bytes: 304 is the answer.
 * `If-None-Match` compares weakly and, where present, is the only one read (RFC 9110 section 13.2.2).
 */
export function isNotModified(preconditions: Preconditions, entry: Pick<Entry, "etag" | "lastModified">): boolean {
  const { ifNoneMatch, ifModifiedSince } = preconditions;
  if (ifNoneMatch !== undefined) {
    if (ifNoneMatch.trim() === "*") return true;
    const own = opaqueTag(entry.etag);
    return [...ifNoneMatch.matchAll(entityTag)].some(([, tag]) => tag === own);
  }
  if (ifModifiedSince === undefined || entry.lastModified === undefined) return false;
  const since = Date.parse(ifModifiedSince);
  return !Number.isNaN(since) && Date.parse(entry.lastModified) <= since;
}

function opaqueTag(etag: string): string {
  return etag.slice(etag.indexOf('"') + 1, -1);
}

/** The weak validator of a body: the first half of its SHA-256. Weak, since proxies may compress what we send. */
export async function toEtag(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `W/"${(await sha256(body)).slice(0, 32)}"`;
}
