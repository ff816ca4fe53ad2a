import type { Entry } from "../model.ts";
import { sha256 } from "./digest.ts";

/** A request's preconditions for reading (RFC 9110 section 13.1). */
export interface Preconditions {
  ifNoneMatch: string | undefined;
  ifModifiedSince: string | undefined;
}

const entityTag = /(?:W\/)?"([\u0021\u0023-\u007e\u0080-\u00ff]*)"/g;

/**
 * True if the client already has these bytes, and gets a 304. Never for an entry without a tag, which is an error.
 * `If-None-Match` compares weakly; if it is present, `If-Modified-Since` is ignored (RFC 9110 section 13.2.2).
 */
export function isNotModified(preconditions: Preconditions, entry: Pick<Entry, "etag" | "lastModified">): boolean {
  const { ifNoneMatch, ifModifiedSince } = preconditions;
  if (entry.etag === "") return false;
  if (ifNoneMatch !== undefined) {
    // Nearly every client sends the tag that it received.
    if (ifNoneMatch === entry.etag || ifNoneMatch.trim() === "*") return true;
    const own = opaqueTag(entry.etag);
    return [...ifNoneMatch.matchAll(entityTag)].some(([, tag]) => tag === own);
  }
  if (ifModifiedSince === undefined || entry.lastModified === undefined) return false;
  const since = parseHttpDate(ifModifiedSince);
  return since !== undefined && Date.parse(entry.lastModified) <= since;
}

/**
 * The three forms of a date in HTTP (RFC 9110 section 5.6.7). Other texts are ignored, even those that Date.parse
 * accepts.
 */
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT|[A-Z][a-z]{5,8}, \d{2}-[A-Z][a-z]{2}-\d{2} [\d:]{8} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4})$/;

/** Milliseconds since the Unix epoch. */
function parseHttpDate(text: string): number | undefined {
  if (!httpDate.test(text)) return undefined;
  // The asctime form names no zone and means GMT; Date.parse would assume the machine's zone.
  const time = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(time) ? undefined : time;
}

function opaqueTag(etag: string): string {
  return etag.slice(etag.indexOf('"') + 1, -1);
}

/** Compares two validators weakly (RFC 9110 section 8.8.3.2). */
export function isSameTag(one: string, other: string): boolean {
  return one.replace(/^W\//, "") === other.replace(/^W\//, "");
}

/** The weak validator of a body: the first half of its SHA-256. Weak, because proxies may compress the body. */
export async function toEtag(body: Uint8Array<ArrayBuffer>): Promise<string> {
  return `W/"${(await sha256(body)).slice(0, 32)}"`;
}

/** The weak validator of what a text stands for, such as the validators that it is made of. */
export function toTextEtag(text: string): Promise<string> {
  return toEtag(new TextEncoder().encode(text));
}

/**
 * A validator that covers `Link` too, unlike GitHub's: after a 304 a cache would keep the old links, and never reach a new
 * page (RFC 9111 section 4.3.4).
 * @param etag of the body, with or without earlier links
 */
export function coverLink(etag: string, link: string | undefined): string {
  if (link === undefined) return toBodyTag(etag);
  // FNV-1a: the links are not secret.
  let hash = 0x811c9dc5;
  for (let at = 0; at < link.length; at++) hash = Math.imul(hash ^ link.charCodeAt(at), 0x01000193);
  return etag.replace(ofBody, `$1${(hash >>> 0).toString(16).padStart(8, "0")}"`);
}

/** The digits of a validator for the body, and those for the links. */
const ofBody = /([\da-f]{32})(?:[\da-f]{8})?"$/;

/** The validator of the body alone. */
export function toBodyTag(etag: string): string {
  return etag.replace(ofBody, '$1"');
}
