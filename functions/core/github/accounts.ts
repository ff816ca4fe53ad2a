import { sha256 } from "../http/digest.ts";
import { anonymousId, type Quota, type Token } from "../model.ts";

/** Hourly quotas until GitHub has reported its own (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
const anonymousQuota = 60;
const tokenQuota = 5000;
const hour = 3600;

/** GitHub's windows last an hour, and clocks may differ by a minute; in milliseconds. */
const longestWait = 3_660_000;

/** Below GitHub's secondary limit of 900 points a minute; a GET is one point. */
const callsPerMinute = 800;

/** One token (or none) and its quota; times in ms since the Unix epoch. */
export interface Account {
  /** Its place in the settings: the only name that telemetry may use. */
  index: number;
  secret: string | undefined;
  /** The latest quota that GitHub reported. It never grows within an hour: responses may arrive out of order. */
  reported: Quota;
  /** Calls under way: GitHub has not reported their cost yet. */
  inFlight: number;
  /** GitHub forbids calls before this. */
  blockedUntil: number;
  /** Secondary limits in a row. */
  secondaryLimits: number;
  /** Refusals of the token in a row; 0 while GitHub accepts it. */
  refusals: number;
  /** A refused token is suspended until then; afterwards one call at a time probes it. */
  suspendedUntil: number;
  /** Length of its last suspension, in ms. */
  suspension: number;
  /** The last hundred resources for which the token was refused. */
  refusedKeys: Set<string>;
  /** A call is probing whether GitHub accepts it again. */
  probing: boolean;
  /** The current minute, and the calls in it. */
  minute: { since: number; calls: number };
}

/** The accounts of a pool of tokens; without tokens, the anonymous one. */
export function toAccounts(secrets: readonly string[], now: number): Account[] {
  return secrets.length > 0 ? secrets.map((secret, index) => toAccount(secret, index, now)) : [anonymous(now)];
}

/** The account of calls without a token, also used where GitHub refuses every token. */
export function anonymous(now: number): Account {
  return toAccount(undefined, -1, now);
}

function toAccount(secret: string | undefined, index: number, now: number): Account {
  return {
    index,
    secret,
    reported: fullQuota(secret === undefined ? anonymousQuota : tokenQuota, now),
    inFlight: 0,
    blockedUntil: 0,
    secondaryLimits: 0,
    refusals: 0,
    suspendedUntil: 0,
    suspension: 0,
    refusedKeys: new Set(),
    probing: false,
    minute: { since: 0, calls: 0 },
  };
}

function fullQuota(limit: number, now: number): Quota {
  return { limit, remaining: limit, used: 0, reset: Math.floor(now / 1000) + hour };
}

/** The quota now: as reported, less the calls under way; full again when its hour is over. */
export function quotaOf(account: Account, now: number): Quota {
  if (now / 1000 >= account.reported.reset) account.reported = fullQuota(account.reported.limit, now);
  const { reported, inFlight } = account;
  const remaining = Math.max(reported.remaining - inFlight, 0);
  return { ...reported, remaining, used: reported.used + Math.min(inFlight, reported.remaining) };
}

/** Records the quota of a response: the lowest count of an hour is the latest, unless all before was a guess. */
export function report(account: Account, quota: Quota): void {
  const { reported } = account;
  if (reported.used > 0 && quota.limit === reported.limit) {
    if (quota.reset < reported.reset) return;
    if (quota.reset === reported.reset && quota.remaining > reported.remaining) return;
  }
  account.reported = quota;
}

/**
 * Time until the account may be used, in milliseconds; 0 or less where it may be used now.
 * @param keep calls that must remain after this one
 */
export function waitOf(account: Account, keep: number, now: number): number {
  const quota = quotaOf(account, now);
  const exhausted = quota.remaining <= keep ? quota.reset * 1000 : 0;
  const { since, calls } = account.minute;
  // A minute that began in the future is over: the clock was set back.
  const paced = calls >= callsPerMinute && since <= now ? since + 60_000 : 0;
  const wait = Math.max(account.blockedUntil, exhausted, paced) - now;
  // Longer than any window of GitHub's: the clock was set back, and the real wait is unknown.
  return wait > longestWait ? 0 : wait;
}

/** Counts a call against the minute. */
export function countCall(account: Account, now: number): void {
  if (now - account.minute.since >= 60_000 || now < account.minute.since) account.minute = { since: now, calls: 0 };
  account.minute.calls += 1;
}

const ids = new Map<string, Promise<string>>();

/** The account's token, with an id that is the same in every process and does not reveal it. */
export async function toToken({ secret }: Account): Promise<Token | undefined> {
  if (secret === undefined) return undefined;
  const id = ids.get(secret) ?? sha256(new TextEncoder().encode(secret)).then((digest) => digest.slice(0, 12));
  ids.set(secret, id);
  return { id: await id, secret };
}

/** The id under which the account's validators are kept. */
export async function idOf(account: Account): Promise<string> {
  return (await toToken(account))?.id ?? anonymousId;
}
