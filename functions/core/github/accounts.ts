import { anonymousId, type Token } from "../model.ts";
import { type AccountState, anonymousQuota, tokenQuota, toState } from "./account-state.ts";
import type { Credential } from "./credentials.ts";

/**
 * One token (or none) and what this process knows of its limits. Where a fleet shares the limits, the state is a mirror
 * of the fleet's as of the last reply, except for the calls, which are this process's own.
 */
export interface Account extends AccountState {
  /** Its place in the pool: the only name that telemetry may use. */
  readonly index: number;
  /** Where its tokens come from; undefined for calls without a token. */
  credential: Credential | undefined;
  fleet: FleetPart;
}

/** What links an account to the fleet's. */
export interface FleetPart {
  /** Calls of other processes that were under way at the last reply. */
  others: number;
  /** `SharedReply.epoch` of the last reply; 0 if this process has learnt something without the fleet since. */
  epoch: number;
  /** Grows with all that this process learns without the fleet. */
  learnt: number;
  /** Calls of this minute that the fleet does not know of. */
  calls: number;
}

/** The account of a credential. */
export function toAccount(credential: Credential | undefined, now: number): Account {
  return {
    ...toState(credential ? tokenQuota : anonymousQuota, now),
    get index() {
      return credential?.index ?? -1;
    },
    credential,
    fleet: { others: 0, epoch: 0, learnt: 0, calls: 0 },
  };
}

/** The account of calls without a token, also used where GitHub refuses every token. */
export function anonymous(now: number): Account {
  return toAccount(undefined, now);
}

/** The account's token, after a wait if it is being renewed; undefined if it has none. */
export async function toToken({ credential }: Account): Promise<Token | undefined> {
  if (!credential?.hasToken()) await credential?.prepare();
  return credential?.token();
}

/** The id under which the account's validators and limits are kept. */
export async function idOf({ credential }: Account): Promise<string> {
  return credential ? credential.id() : anonymousId;
}

/** False while the account cannot be used: there is no token for it. */
export function hasToken({ credential }: Account): boolean {
  return credential?.hasToken() ?? true;
}

/** True if GitHub accepts the account, as far as is known. */
export function isAccepted({ refusals, credential }: Account): boolean {
  return refusals === 0 && !credential?.isFailing();
}
