import type { Failure } from "./errors.ts";
import type { Trace } from "./telemetry/trace.ts";

/** One of GitHub's resources, named so that equal resources have equal keys (cache/key.ts makes them). */
export interface Resource {
  /** Identifies the response: version, media type, path and query, normalised. */
  key: string;
  /** Path and query below the API's base URL, built from validated values only. */
  path: string;
  /** Media type in the request to GitHub. */
  accept: string;
  /** `X-GitHub-Api-Version` in the request to GitHub. */
  apiVersion: string;
}

/**
 * The data that layers pass down: the route sets resource and client, the cache adds validators, the budget a token.
 */
export interface Ask {
  resource: Resource;
  /** The client, for fairness between clients only; undefined if no trusted source names it. */
  client?: string;
  /** GitHub's validators of a stored entry by token id: GitHub's ETags are token-specific. */
  etags?: Record<string, string>;
  /** The entry that those validators are of: GitHub's ETag for another token can be derived from its bytes. */
  stored?: Entry;
  token?: Token;
  /** True if the resource's last call failed. */
  hasFailed?: boolean;
  /** Aborted if the call must end early. */
  signal?: AbortSignal;
  /** The parent of the layers' spans. */
  trace?: Trace;
  /** Called for each call to GitHub that is made for this request. */
  onCall?: () => void;
  /** Called with the head of a response of GitHub, before its body is read. */
  onHead?: (head: AnswerHead) => void;
  /** The call's place among this process's concurrent calls. */
  place?: Place;
}

/** A call's place among the concurrent calls. */
export interface Place {
  /** Time that is left to wait for a turn, in milliseconds. */
  patience(): number;
  /** Runs a wait that is no part of the call: it does not make the call a slow one. */
  hold<T>(wait: () => Promise<T>): Promise<T>;
}

export interface Token {
  /** Opaque, and equal in all processes. Never the token itself. */
  id: string;
  secret: string;
  /** True if the id stays while the token is renewed: a validator of that id may be of an earlier token. */
  isRenewed?: boolean;
}

/** The id under which responses without a token keep their validators. */
export const anonymousId = "";

/**
 * The layers' outcome for a request: a closed set, and one value for the `Cache-Status` header, the metric label, the
 * span attribute and the log field.
 *
 * - HIT: a fresh entry; no call to GitHub.
 * - STALE: an entry shortly after its lifetime, sent at once and refreshed in the background (RFC 5861 section 3).
 * - MISS: nothing stored; GitHub was called.
 * - REVALIDATED: a stale entry that GitHub confirmed by 304.
 * - CHANGED: a stale entry that GitHub replaced.
 * - COALESCED: waited for another request's call, in this process or in another.
 * - STALE_ON_ERROR: the call to GitHub failed or was not possible; the stale entry is sent (RFC 5861 section 4).
 */
export const handlings = ["HIT", "STALE", "MISS", "REVALIDATED", "CHANGED", "COALESCED", "STALE_ON_ERROR"] as const;
export type Handling = (typeof handlings)[number];

/**
 * GitHub's figures on a token's quota (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
export interface Quota {
  limit: number;
  remaining: number;
  used: number;
  /** Seconds since the Unix epoch. */
  reset: number;
}

/** GitHub's fields that announce an end (RFC 9745, RFC 8594). */
export const noticeFields = ["deprecation", "sunset"] as const;
export type Notices = Partial<Record<(typeof noticeFields)[number], string>>;

/** One response of GitHub as stored: its bytes unchanged, with the data to send and to revalidate it. */
export interface Entry {
  /** GitHub's status: 200, or a negative response such as 404. */
  status: number;
  contentType: string;
  /** GitHub's `Link`, with GitHub's own addresses. */
  link: string | undefined;
  /** GitHub's `Last-Modified`, an IMF-fixdate (RFC 9110 section 5.6.7). */
  lastModified: string | undefined;
  /** GitHub's announcements; absent if there are none. */
  notices?: Notices;
  /** This service's validator, made from the bytes: the same on every replica, runtime and token. */
  etag: string;
  /** GitHub's validators by token id: GitHub's ETags are token-specific. */
  upstreamEtags: Record<string, string>;
  /** When GitHub last confirmed these bytes: ms since the Unix epoch. */
  validatedAt: number;
  /** End of the fresh lifetime: ms since the Unix epoch. */
  freshUntil: number;
  body: Uint8Array<ArrayBuffer>;
}

/**
 * The outcome of a call with validators: a closed set, and the label of the metric.
 *
 * - known: a 304 for a validator that GitHub sent to this account before.
 * - derived: a 304 for one that this service derived.
 * - unnamed: a 304 without an ETag.
 * - unsent: a 304 for an ETag that was not sent. It confirms nothing, and GitHub is asked again without validators.
 * - repeated: a 200 with the bytes that are stored: GitHub knew no validator of the call.
 * - changed: a 200 with other bytes.
 */
export type Validator = "known" | "derived" | "unnamed" | "unsent" | "repeated" | "changed";

/** The data that layers pass up. */
export interface Answer {
  entry: Entry;
  handling: Handling;
  /** The status of GitHub's response, if GitHub was called. */
  upstreamStatus?: number;
  /** What GitHub made of `If-None-Match`; absent if it was not sent. */
  validator?: Validator;
  /** Whether GitHub's ETags are as this service derives them; absent until a response has told. */
  derivesEtags?: boolean;
  /** Why GitHub was called: nothing stored, or a stale entry (RFC 9211 section 2.2). */
  forward?: "miss" | "stale";
  /** True if the cache kept the entry. */
  stored?: boolean;
  /** More on the outcome, for `Cache-Status`: visible ASCII without quotes. */
  detail?: string;
  /** The failure because of which a stale entry is sent. */
  reason?: Failure;
  /** The quota in this response of GitHub. */
  quota?: Quota;
  /** GitHub's `Retry-After` in seconds; NaN if it is not plausible. */
  retryAfter?: number;
}

/** What a response says before its body. */
export type AnswerHead = Pick<Answer, "upstreamStatus" | "quota" | "retryAfter">;

/**
 * Gets the result for a resource. Every layer takes one and returns one, and none knows its neighbours.
 * @throws EdgeError
 */
export type Fetch = (ask: Ask) => Promise<Answer>;

/** The peer of one request, as the runtime's entry point knows it. */
export interface Peer {
  /** True if the directly connected peer is trusted to name the client (X-Forwarded-*). */
  trusted: boolean;
  /** True if the platform found this service by the URL's host. Its owner must then have configured that host. */
  routed?: boolean;
  /** The client's address as far as it can be trusted; undefined if no trusted source names it. */
  client?: string;
  /** The request target as received, before any URL normalisation, if the runtime provides it. */
  rawTarget?: string;
  /** True if the request's target and Host make no URL. Such a request gets 400, and its own URL has no meaning. */
  malformed?: boolean;
}
