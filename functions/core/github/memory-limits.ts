import {
  type AccountState,
  callsPerMinute,
  inFlightOf,
  longestSuspension,
  minuteMs,
  quotaOf,
  report,
  settleCall,
  takeCall,
  toState,
  waitOf,
} from "./account-state.ts";
import type { Known, SettleRequest, SharedReply, TakeRequest } from "./shared-limits.ts";

/** An account of the fleet: data that `structuredClone` copies. */
export interface KeptAccount {
  /** When it began, in ms since the Unix epoch. */
  epoch: number;
  /** When it was last used, in ms since the Unix epoch. */
  usedAt: number;
  state: AccountState;
}

/** The accounts of a fleet by their id. */
export type KeptAccounts = Map<string, KeptAccount>;

/** An account that is not used for so long is forgotten, in milliseconds: no limit of GitHub's lasts longer. */
export const keptFor = 7_200_000;

/**
 * `take` of `SharedLimits` for a tier that runs TypeScript and does one operation at a time, such as a Durable Object.
 * The account that may have changed is `accounts.get(request.account)`.
 */
export function takeShared(accounts: KeptAccounts, request: TakeRequest, now: number): SharedReply {
  const kept = open(accounts, request, now);
  const wait = waitOf(kept.state, request, now);
  const isFull = wait <= 0 && runningOf(accounts, now) >= request.concurrency;
  const granted = wait <= 0 && !isFull;
  if (granted) takeCall(kept.state, request, now);
  return toReply(accounts, kept, { granted, isFull, wait }, now);
}

/** `settle` of `SharedLimits`, for the same. */
export function settleShared(accounts: KeptAccounts, request: SettleRequest, now: number): SharedReply {
  const kept = open(accounts, request, now);
  settleCall(kept.state, request.call, request.outcome, now);
  return toReply(accounts, kept, { granted: true, isFull: false, wait: 0 }, now);
}

/** The account, with what the caller knows and this tier does not. */
function open(accounts: KeptAccounts, { account, known }: TakeRequest | SettleRequest, now: number): KeptAccount {
  let kept = accounts.get(account);
  if (!kept) {
    for (const [id, { usedAt }] of accounts) if (usedAt + keptFor <= now) accounts.delete(id);
    kept = { epoch: now, usedAt: now, state: { ...toState(known.reported.limit, now), reported: known.reported } };
    accounts.set(account, kept);
  }
  kept.usedAt = now;
  if (known.epoch !== kept.epoch) learn(kept.state, known, now);
  // The clock was set back: it may be tried.
  if (kept.state.suspendedUntil > now + longestSuspension) kept.state.suspendedUntil = now;
  quotaOf(kept.state, now);
  return kept;
}

/** Takes over the strictest of both. */
function learn(state: AccountState, known: Known, now: number): void {
  if (known.reported.used > 0) report(state, known.reported);
  if (known.blocked > 0) state.blockedUntil = Math.max(state.blockedUntil, now + known.blocked);
  state.secondaryLimits = Math.max(state.secondaryLimits, known.secondaryLimits);
  if (known.refusals > state.refusals) {
    state.refusals = known.refusals;
    state.suspension = known.suspension;
    state.suspendedUntil = Math.max(state.suspendedUntil, now + known.suspended);
  }
  if (known.calls === 0) return;
  if (now - state.minute.since >= minuteMs || now < state.minute.since) state.minute = { since: now, calls: 0 };
  state.minute.calls = Math.min(state.minute.calls + known.calls, callsPerMinute);
}

function runningOf(accounts: KeptAccounts, now: number): number {
  return [...accounts.values()].reduce((sum, { state }) => sum + inFlightOf(state, now), 0);
}

function toReply(
  accounts: KeptAccounts,
  { epoch, state }: KeptAccount,
  outcome: Pick<SharedReply, "granted" | "isFull" | "wait">,
  now: number,
): SharedReply {
  const { reported, blockedUntil, secondaryLimits, refusals, suspendedUntil, suspension, minute } = state;
  const inFlight = inFlightOf(state, now);
  return {
    ...outcome,
    running: runningOf(accounts, now),
    now,
    epoch,
    account: {
      reported,
      inFlight,
      blockedUntil,
      secondaryLimits,
      refusals,
      suspendedUntil,
      suspension,
      minute: { ...minute },
    },
  };
}
