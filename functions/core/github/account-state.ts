import type { Quota } from "../model.ts";

/** Hourly quotas until GitHub has reported its own (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
export const anonymousQuota = 60;
export const tokenQuota = 5000;
export const hour = 3600;

/** GitHub's windows last an hour, and clocks may differ by a minute; in milliseconds. */
export const longestWait = 3_660_000;

/** Below GitHub's secondary limit of 900 points a minute; a GET is one point. */
export const callsPerMinute = 800;
export const minuteMs = 60_000;

/** Wait after a secondary limit without `Retry-After`, in seconds: at least a minute, then exponentially more. */
export const secondaryWait = 60;
export const maxSecondaryWait = 3600;

/** First and maximum suspension of a refused token, in milliseconds. Each further refusal doubles it. */
export const firstSuspension = 2000;
export const longestSuspension = 600_000;

/** Maximum number of resources in memory for which one token was refused. */
export const maxRefusedKeys = 100;

/** Wait while another call probes a refused token, in milliseconds. */
export const probeWait = 1000;

/** Longer than any call may last, whatever the setting of its process; in milliseconds. */
export const longestCall = 601_000;

/** The current minute, and the calls in it. */
export interface Minute {
  since: number;
  calls: number;
}

/**
 * What is known of one token's limits at GitHub (or of those without a token), with the calls under way. It holds
 * nothing but data that `structuredClone` copies. Times in ms since the Unix epoch.
 */
export interface AccountState {
  /** The latest quota that GitHub reported. It never grows within an hour: responses may arrive out of order. */
  reported: Quota;
  /** Calls under way, whose cost GitHub has not reported yet: when each counts as lost, by its name. */
  calls: Map<string, number>;
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
  /** The last call that probed whether GitHub accepts it again: it does so while it is under way. */
  probe: string;
  minute: Minute;
}

/** What GitHub said to a call. */
export type Outcome =
  /** No response, or one that says nothing of the token. */
  | { kind: "none"; quota?: Quota }
  | { kind: "accepted"; quota?: Quota }
  /**
   * A limit. `seconds`: as long as GitHub demands, if it does; else it is an exponential back-off. `isPrimary`: nothing
   * of the quota remains.
   */
  | { kind: "limited"; quota?: Quota; seconds?: number; isPrimary: boolean }
  /** GitHub refuses the token; it was asked for this resource (`Resource.key`). */
  | { kind: "refused"; quota?: Quota; resource: string };

/** What a call needs to be made. */
export interface Claim {
  /** Names the call among those that share the account. */
  call: string;
  /** The call counts as lost after this time, in milliseconds. */
  lifetime: number;
  /** `Resource.key`. */
  resource: string;
  /** Percentage of the quota that must remain after the call. */
  reserve: number;
}

/** An account that was not used yet. */
export function toState(limit: number, now: number): AccountState {
  return {
    reported: fullQuota(limit, now),
    calls: new Map(),
    blockedUntil: 0,
    secondaryLimits: 0,
    refusals: 0,
    suspendedUntil: 0,
    suspension: 0,
    refusedKeys: new Set(),
    probe: "",
    minute: { since: 0, calls: 0 },
  };
}

function fullQuota(limit: number, now: number): Quota {
  return { limit, remaining: limit, used: 0, reset: Math.floor(now / 1000) + hour };
}

/** Calls under way; those that were lost are not any more. Nor is one from before the clock was set back. */
export function inFlightOf({ calls }: AccountState, now: number): number {
  for (const [call, deadline] of calls) if (deadline <= now || deadline > now + longestCall) calls.delete(call);
  return calls.size;
}

/** The quota now: as reported, less the calls under way; full again when its hour is over. */
export function quotaOf(state: AccountState, now: number, others = 0): Quota {
  if (now / 1000 >= state.reported.reset) state.reported = fullQuota(state.reported.limit, now);
  const { reported } = state;
  const inFlight = inFlightOf(state, now) + others;
  const remaining = Math.max(reported.remaining - inFlight, 0);
  return { ...reported, remaining, used: reported.used + Math.min(inFlight, reported.remaining) };
}

/** Records the quota of a response: the lowest count of an hour is the latest, unless all before was a guess. */
export function report(state: AccountState, quota: Quota): void {
  const { reported } = state;
  if (reported.used > 0 && quota.limit === reported.limit) {
    if (quota.reset < reported.reset) return;
    if (quota.reset === reported.reset && quota.remaining > reported.remaining) return;
  }
  state.reported = quota;
}

/** Calls of each hour that are for revalidation only. */
export function reserveOf({ reported }: AccountState, percent: number): number {
  return Math.ceil((reported.limit * percent) / 100);
}

/** Time until a call may be made, in milliseconds; 0 or less where it may be made now. */
export function waitOf(
  state: AccountState,
  { resource, reserve }: Pick<Claim, "resource" | "reserve">,
  now: number,
): number {
  const quota = quotaOf(state, now);
  const exhausted = quota.remaining <= reserveOf(state, reserve) ? quota.reset * 1000 : 0;
  const { since, calls } = state.minute;
  // A minute that began in the future is over: the clock was set back.
  const paced = calls >= callsPerMinute && since <= now ? since + minuteMs : 0;
  const wait = Math.max(state.blockedUntil, exhausted, paced) - now;
  // Longer than any window of GitHub's: the clock was set back, and the real wait is unknown.
  const limited = wait > longestWait ? 0 : wait;
  return state.refusals > 0 ? Math.max(limited, suspendedFor(state, resource, now)) : limited;
}

/** Remaining suspension of a refused account, in milliseconds; a second while another call probes it. */
function suspendedFor(
  { probe, calls, suspendedUntil, suspension, refusedKeys }: AccountState,
  resource: string,
  now: number,
): number {
  // A resource that was refused before says little about the token: it probes only after another suspension.
  return calls.has(probe) ? probeWait : suspendedUntil + (refusedKeys.has(resource) ? suspension : 0) - now;
}

/** Reserves a call, whatever the limits are. */
export function takeCall(state: AccountState, { call, lifetime }: Pick<Claim, "call" | "lifetime">, now: number): void {
  if (state.refusals > 0) state.probe = call;
  state.calls.set(call, now + lifetime);
  const { since } = state.minute;
  if (now - since >= minuteMs || now < since) state.minute = { since: now, calls: 0 };
  state.minute.calls += 1;
}

/** Gives a call back with what GitHub said. */
export function settleCall(state: AccountState, call: string, outcome: Outcome, now: number): void {
  state.calls.delete(call);
  if (outcome.quota) report(state, outcome.quota);
  switch (outcome.kind) {
    case "none":
      return;
    case "accepted":
      state.refusals = 0;
      if (state.blockedUntil <= now) state.secondaryLimits = 0;
      return;
    case "limited":
      return block(state, outcome, now);
    case "refused":
      return suspend(state, outcome.resource, now);
  }
}

/**
 * Blocks an account after a limit, for as long as GitHub documents: `retry-after`; else until the reset where nothing
 * remains; else a minute and exponentially more.
 */
function block(state: AccountState, { quota, seconds, isPrimary }: Outcome & { kind: "limited" }, now: number): void {
  // Of calls that are limited together the first counts.
  if (state.blockedUntil <= now) state.secondaryLimits = isPrimary ? 0 : state.secondaryLimits + 1;
  const backoff = Math.min(secondaryWait * 2 ** Math.max(state.secondaryLimits - 1, 0), maxSecondaryWait);
  state.blockedUntil = Math.max(state.blockedUntil, now + Math.max(seconds ?? backoff, 1) * 1000);
  // It is the latest, whatever was reported before.
  if (isPrimary && quota) state.reported = quota;
}

/** Suspends an account whose token GitHub refused. Of calls that are refused together, only the first counts. */
function suspend(state: AccountState, resource: string, now: number): void {
  const { refusals, refusedKeys } = state;
  if (refusals > 0 && state.suspendedUntil > now) return;
  // It was refused for this resource and accepted for others since: the resource is the reason, not the token.
  if (refusals === 0 && refusedKeys.has(resource)) return;
  const [first] = refusedKeys.size >= maxRefusedKeys ? refusedKeys : [];
  if (first !== undefined) refusedKeys.delete(first);
  refusedKeys.add(resource);
  state.suspension = Math.min(firstSuspension * 2 ** refusals, longestSuspension);
  state.refusals += 1;
  state.suspendedUntil = now + state.suspension;
}
