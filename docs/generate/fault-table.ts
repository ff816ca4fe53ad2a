import type { Trouble } from "../../stand-in/faults.ts";
import { defaultToken } from "../../harness/start-target.ts";
import { atOnce, bridged, error, type FaultRow, hit, kept } from "./fault-outcomes.ts";

/** Settings of the instances in the tests of this table; each state adds its lifetimes. */
export const settings = {
  UPSTREAM_TIMEOUT_MS: "1000",
  UPSTREAM_RETRIES: "0",
  MAX_BODY_BYTES: "3000000",
  CACHE_NEGATIVE_TTL_SECONDS: "3600",
  // A reserve would turn other faults into limits.
  BUDGET_RESERVE_PERCENT: "0",
};

/** GitHub sent nothing usable: never stored, and replaced by a stale entry if there is one. */
function failure(
  name: string,
  trouble: Trouble | "refused",
  { upstream, late, spoils }: { upstream?: number; late?: true; spoils?: true } = {},
): FaultRow {
  return {
    name,
    ...(spoils && { spoils }),
    ...(trouble === "refused" ? { refused: true } : { trouble }),
    outcomes: {
      cold: error(late ? 504 : 502, 1, { after: 200 }),
      fresh: hit,
      behind: atOnce(1),
      stale: bridged(late ? "gateway-timeout" : "bad-gateway", 1, upstream),
    },
  };
}

/** GitHub forbids calls: the service responds as GitHub would, and does not call until the time is over. */
function limit(name: string, trouble: Trouble, wait: readonly [number, number], upstream: number): FaultRow {
  return {
    name,
    trouble,
    alone: true,
    outcomes: {
      cold: error(403, 1, { ...(trouble.kind === "primary" ? { reset: wait } : { retryAfter: wait }), after: 403 }),
      fresh: hit,
      behind: atOnce(1),
      stale: bridged("rate-limited", 1, upstream),
    },
  };
}

/** GitHub says that the resource does not exist, is blocked or has no such page: stored, and replaces the entry. */
function gone(name: string, status: number, message?: string): FaultRow {
  return {
    name,
    trouble: { kind: "status", status, ...(message !== undefined && { message }) },
    outcomes: { cold: kept(status, "miss"), fresh: hit, behind: atOnce(1, status), stale: kept(status, "stale") },
  };
}

/** A state of the service in which it does not call GitHub. */
function notAsking(
  name: string,
  prelude: FaultRow["prelude"] & object,
  status: number,
  reason: string,
  retryAfter: readonly [number, number],
): FaultRow {
  return {
    name,
    prelude,
    alone: true,
    outcomes: { cold: error(status, 0, { retryAfter }), fresh: hit, behind: atOnce(0), stale: bridged(reason, 0) },
  };
}

const minute = [55, 60] as const;

/** Every class of fault in every state of the cache. Tested on both runtimes; the source of docs/faults.md. */
export const faultTable: readonly FaultRow[] = [
  failure("connection refused", "refused"),
  failure("connection reset", { kind: "reset" }),
  failure("no response (hang)", { kind: "hang" }, { late: true }),
  failure("slow drip of a body", { kind: "drip", ms: 150, bytes: 64 }, { late: true, spoils: true }),
  failure("body cut off", { kind: "cut" }, { spoils: true }),
  failure("500", { kind: "status", status: 500 }, { upstream: 500 }),
  failure("502, HTML", { kind: "status", status: 502, html: true }, { upstream: 502 }),
  failure("503", { kind: "status", status: 503 }, { upstream: 503 }),
  failure("malformed JSON", { kind: "malformed" }, { upstream: 200, spoils: true }),
  failure("wrong content type", { kind: "content-type" }, { upstream: 200, spoils: true }),
  failure("empty body", { kind: "empty" }, { upstream: 200 }),
  failure("oversize body", { kind: "oversize", bytes: 4_000_000 }, { upstream: 200 }),
  failure("redirect to another origin", { kind: "redirect", to: "https://evil.example/gists" }, { upstream: 302 }),
  limit("primary limit, 403", { kind: "primary", status: 403, resetIn: 600 }, [590, 601], 403),
  limit("primary limit, 429", { kind: "primary", status: 429, resetIn: 600 }, [590, 601], 429),
  limit("secondary limit, 403 with Retry-After", { kind: "secondary", status: 403, retryAfter: 60 }, minute, 403),
  limit("secondary limit, 429 without Retry-After", { kind: "secondary", status: 429 }, minute, 429),
  limit(
    "secondary limit, 403 with the older message",
    { kind: "secondary", status: 403, wording: "abuse" },
    minute,
    403,
  ),
  limit(
    "secondary limit, Retry-After of 3,170 years",
    { kind: "secondary", status: 429, retryAfter: 99_999_999_999 },
    minute,
    429,
  ),
  notAsking(
    "a limit that has not ended",
    { trouble: { kind: "secondary", retryAfter: 60 }, times: 1 },
    403,
    "rate-limited",
    minute,
  ),
  notAsking(
    "circuit open",
    { trouble: { kind: "status", status: 500 }, times: 6, pause: 2100 },
    502,
    "bad-gateway",
    [1, 2],
  ),
  {
    name: "401 for the token",
    trouble: { kind: "status", status: 401, token: defaultToken },
    alone: true,
    // Called again, then without the token: a public resource needs none.
    outcomes: { cold: kept(200, "miss", 3), fresh: hit, behind: atOnce(3), stale: kept(200, "stale", 3) },
  },
  {
    name: "401 for the token, once",
    trouble: { kind: "status", status: 401, times: 1 },
    // Called again with the same token, whose ETag is current.
    outcomes: {
      cold: kept(200, "miss", 2),
      fresh: hit,
      behind: atOnce(2),
      stale: { ...kept(200, "stale", 2), cacheStatus: "fwd=stale; fwd-status=304; stored; ttl>0" },
    },
  },
  {
    name: "304 for an ETag that was not sent, once",
    trouble: { kind: "fields", fields: { etag: '"0"' }, times: 1 },
    // It confirms nothing: called again without an ETag.
    outcomes: { cold: kept(200, "miss"), fresh: hit, behind: atOnce(2), stale: kept(200, "stale", 2) },
  },
  {
    name: "401 for every token",
    trouble: { kind: "status", status: 401 },
    alone: true,
    outcomes: {
      cold: error(502, 3, { after: 200 }),
      fresh: hit,
      behind: atOnce(3),
      stale: bridged("bad-gateway", 3, 401),
    },
  },
  {
    name: "403 for the token",
    trouble: { kind: "token-refused", why: "suspended", token: defaultToken },
    alone: true,
    outcomes: { cold: kept(200, "miss", 3), fresh: hit, behind: atOnce(3), stale: kept(200, "stale", 3) },
  },
  {
    name: "403 for every token",
    trouble: { kind: "token-refused", why: "allow-list" },
    alone: true,
    outcomes: {
      cold: error(502, 3, { after: 200 }),
      fresh: hit,
      behind: atOnce(3),
      stale: bridged("bad-gateway", 3, 403),
    },
  },
  gone("403 for the resource", 403, "Repository access blocked"),
  gone("404", 404),
  gone("410", 410),
  gone("422", 422),
  gone("451", 451),
];
