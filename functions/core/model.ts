import type { Failure } from "./errors.ts";
import type { Trace } from "./telemetry/trace.ts";

/** One of GitHub's resources, named so that equal resources have equal keys (cache/key.ts makes them). */
export interface Resource {
  /** Identifies the answer: version, media type, path and query, normalised. */
  key: string;
  /** Path and query below the API's base URL, built from validated values only. */
  path: string;
  /** Media type asked of GitHub. */
  accept: string;
  /** `X-GitHub-Api-Version` asked of GitHub. */
  apiVersion: string;
}

/** What travels down the layers: the route names resource and client, the cache adds validators, the budget a token. */
export interface Ask {
  resource: Resource;
  /** Who asks, for fairness between clients only; undefined where nobody trusted says. */
  client?: string;
  /** GitHub's validators of a stored entry by token id: GitHub's ETags are token-specific. */
  etags?: Record<string, string>;
  token?: Token;
  /** The resource's last call failed. */
  hasFailed?: boolean;
  /** Aborted where the call must end before its time. */
  signal?: AbortSignal;
  /** Where the layers' spans begin. */
  trace?: Trace;
  /** Told of each call to GitHub that is made for this request. */
  onCall?: () => void;
}

export interface Token {
  /** Opaque and stable over processes: never the token itself. */
  id: string;
  secret: string;
}

/** The id under which answers without a token keep their validators. */
export const anonymousId = "";

/**
 * What the layers did with a request: a closed set, and one value for the `Cache-Status` header,
 * the metric label, the span attribute and the log field.
 *
 * - HIT: a fresh entry, GitHub not asked.
 * - STALE: an entry shortly past its time, served at once while it is refreshed behind (RFC 5861 section 3).
 * - MISS: nothing stored; GitHub asked.
 * - REVALIDATED: a stale entry that GitHub confirmed by 304.
 * - CHANGED: a stale entry that GitHub replaced.
 * - COALESCED: waited for another request's call, in this process or in another.
 * - STALE_ON_ERROR: GitHub could not be asked or failed; the stale entry bridges it (RFC 5861 section 4).
 */
export const handlings = ["HIT", "STALE", "MISS", "REVALIDATED", "CHANGED", "COALESCED", "STALE_ON_ERROR"] as const;
export type Handling = (typeof handlings)[number];

/** GitHub's account of a token's quota (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
export interface Quota {
  limit: number;
  remaining: number;
  used: number;
  /** Seconds since the Unix epoch. */
  reset: number;
}

/** GitHub's fields by which clients warn of an end (RFC 9745, RFC 8594). */
export const noticeFields = ["deprecation", "sunset"] as const;
export type Notices = Partial<Record<(typeof noticeFields)[number], string>>;

/** One answer of GitHub as it is kept: its bytes untouched, with what is needed to send and to revalidate it. */
export interface Entry {
  /** GitHub's status: 200, or a negative answer such as 404. */
  status: number;
  contentType: string;
  /** GitHub's `Link`, with GitHub's own addresses. */
  link: string | undefined;
  /** GitHub's `Last-Modified`, an IMF-fixdate (RFC 9110 section 5.6.7). */
  lastModified: string | undefined;
  /** What GitHub announces; absent where it is nothing. */
  notices?: Notices;
  /** Our own validator, made from the bytes: the same on every pod, runtime and token. */
  etag: string;
  /** GitHub's validators by token id: GitHub's ETags are token-specific. */
  upstreamEtags: Record<string, string>;
  /** When GitHub last said that these bytes are right: ms since the Unix epoch. */
  validatedAt: number;
  /** Until when the entry is fresh: ms since the Unix epoch. */
  freshUntil: number;
  body: Uint8Array<ArrayBuffer>;
}

/** What travels up. */
export interface Answer {
  entry: Entry;
  handling: Handling;
  /** The status that GitHub gave for this answer, where it was asked. */
  upstreamStatus?: number;
  /** Why GitHub was asked, where it was: nothing stored, or something stale (RFC 9211 section 2.2). */
  forward?: "miss" | "stale";
  /** True where the cache kept the entry. */
  stored?: boolean;
  /** Why a stale entry stands in for GitHub's answer. */
  reason?: Failure;
  /** As this answer of GitHub told it. */
  quota?: Quota;
  /** GitHub's `Retry-After` in seconds; NaN where it has one that cannot be believed. */
  retryAfter?: number;
}

/**
 * Answers for a resource. Every layer takes one and returns one; none knows its neighbours.
 * @throws EdgeError
 */
export type Fetch = (ask: Ask) => Promise<Answer>;

/** The peer of one request, as the runtime's entry knows it. */
export interface Peer {
  /** True where the directly connected peer may speak for the client (X-Forwarded-*). */
  trusted: boolean;
  /** True where the platform found this service by the URL's host, so that its owner must have named it there. */
  routed?: boolean;
  /** The client's address as far as it can be believed; undefined where nobody trusted tells it. */
  client?: string;
  /** The request target as received, before any URL normalisation, where the runtime has it. */
  rawTarget?: string;
  /** True where no URL could be made of the request's target and its Host: it gets 400, and its own URL means nothing. */
  malformed?: boolean;
}
