import { sha256 } from "../http/digest.ts";
import { anonymousId, type Token } from "../model.ts";
import { type AccountState, anonymousQuota, tokenQuota, toState } from "./account-state.ts";

/**
 * One token (or none) and what this process knows of its limits. Where a fleet shares the limits, the state is a mirror
 * of the fleet's as of the last reply, except for the calls, which are this process's own.
 */
export interface Account extends AccountState {
  /** Its place in the settings: the only name that telemetry may use. */
  index: number;
  secret: string | undefined;
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

/** The accounts of a pool of tokens; without tokens, the anonymous one. */
export function toAccounts(secrets: readonly string[], now: number): Account[] {
  return secrets.length > 0 ? secrets.map((secret, index) => toAccount(secret, index, now)) : [anonymous(now)];
}

/** The account of calls without a token, also used where GitHub refuses every token. */
export function anonymous(now: number): Account {
  return toAccount(undefined, -1, now);
}

function toAccount(secret: string | undefined, index: number, now: number): Account {
  const fleet = { others: 0, epoch: 0, learnt: 0, calls: 0 };
  return { ...toState(secret === undefined ? anonymousQuota : tokenQuota, now), index, secret, fleet };
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
