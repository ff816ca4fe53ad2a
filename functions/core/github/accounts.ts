import { sha256 } from "../http/digest.ts";
import { anonymousId, type Quota, type Token } from "../model.ts";

/** Hourly quotas until GitHub has told its own (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
const anonymousQuota = 60;
const tokenQuota = 5000;
const hour = 3600;

/** GitHub's windows are an hour, and clocks differ by a minute; in milliseconds. */
const longestWait = 3_660_000;

/** GitHub's secondary limit is 900 points a minute, a GET being one; this stays below it. */
const callsPerMinute = 800;

/** One token (or none) and what is known of its quota; times in ms since the Unix epoch. */
export interface Account {
  /** Its place in the settings: the only name that telemetry may use. */
  index: number;
  secret: string | undefined;
  /** As GitHub told it last, never counted up within an hour: answers may arrive out of order. */
  told: Quota;
  /** Calls under way, whose cost GitHub has not told yet. */
  inFlight: number;
  /** GitHub forbids calls before this. */
  blockedUntil: number;
  /** Secondary limits in a row. */
  strikes: number;
  /** Times in a row that GitHub refused the token; 0 while it takes it. */
  refusals: number;
  /** Refused, and set aside until then; afterwards one call at a time looks again. */
  invalidUntil: number;
  /** For how long it was set aside last, in ms. */
  pause: number;
  /** Resources for which the token was refused though GitHub takes it for others: the last hundred. */
  refusedKeys: Set<string>;
  /** A call is looking whether GitHub takes it again. */
  probing: boolean;
  /** The minute that is being counted, and the calls in it. */
  minute: { since: number; calls: number };
}

/** The accounts of a pool of tokens; without tokens, the anonymous one. */
export function toAccounts(secrets: readonly string[], now: number): Account[] {
  return secrets.length > 0 ? secrets.map((secret, index) => toAccount(secret, index, now)) : [anonymous(now)];
}

/** The account of calls without a token: also the last resort where GitHub refuses every token. */
export function anonymous(now: number): Account {
  return toAccount(undefined, -1, now);
}

function toAccount(secret: string | undefined, index: number, now: number): Account {
  return {
    index,
    secret,
    told: untouched(secret === undefined ? anonymousQuota : tokenQuota, now),
    inFlight: 0,
    blockedUntil: 0,
    strikes: 0,
    refusals: 0,
    invalidUntil: 0,
    pause: 0,
    refusedKeys: new Set(),
    probing: false,
    minute: { since: 0, calls: 0 },
  };
}

function untouched(limit: number, now: number): Quota {
  return { limit, remaining: limit, used: 0, reset: Math.floor(now / 1000) + hour };
}

/** The quota now: what GitHub told less what is under way, whole again once its hour is over. */
export function quotaOf(account: Account, now: number): Quota {
  if (now / 1000 >= account.told.reset) account.told = untouched(account.told.limit, now);
  const { told, inFlight } = account;
  const remaining = Math.max(told.remaining - inFlight, 0);
  return { ...told, remaining, used: told.used + Math.min(inFlight, told.remaining) };
}

/** Takes over what an answer told: the lowest count of an hour is the latest, unless all before was a guess. */
export function tell(account: Account, quota: Quota): void {
  const { told } = account;
  if (told.used > 0 && quota.limit === told.limit) {
    if (quota.reset < told.reset) return;
    if (quota.reset === told.reset && quota.remaining > told.remaining) return;
  }
  account.told = quota;
}

/**
 * How long until the account may be used, in milliseconds; 0 or less for now.
 * @param keep calls that must be left over
 */
export function waitOf(account: Account, keep: number, now: number): number {
  const quota = quotaOf(account, now);
  const exhausted = quota.remaining <= keep ? quota.reset * 1000 : 0;
  const { since, calls } = account.minute;
  // A minute that began in the future is over: the clock was set back.
  const paced = calls >= callsPerMinute && since <= now ? since + 60_000 : 0;
  const wait = Math.max(account.blockedUntil, exhausted, paced) - now;
  // Longer than any window of GitHub's only where the clock was set back: nobody knows how long it is.
  return wait > longestWait ? 0 : wait;
}

/** Counts a call against the minute. */
export function countCall(account: Account, now: number): void {
  if (now - account.minute.since >= 60_000 || now < account.minute.since) account.minute = { since: now, calls: 0 };
  account.minute.calls += 1;
}

const ids = new Map<string, Promise<string>>();

/** The account's token with an id that is the same in every process and tells nothing of it. */
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
