import type { Place, Quota } from "../model.ts";
import type { Claim, Minute, Outcome } from "./account-state.ts";
import type { Account } from "./accounts.ts";

/**
 * GitHub's limits as the whole fleet sees them: one account for each token, and one count of the calls under way over
 * all accounts. Redis has it in Lua (functions/node/redis/limits.ts), anything that runs TypeScript by
 * memory-limits.ts. Both do the same, which a test holds them to.
 *
 * - Each operation is atomic over all processes, and one round trip. Operations on different accounts share nothing but
 *   the count of calls.
 * - Times are those of one clock: the tier's own. Durations cross the interface where they can; a caller moves the times
 *   of a reply by the difference between `now` of the reply and its own clock.
 * - A promise rejects, or is late, where the tier is down: the caller counts alone and tries again later. A `take`
 *   whose reply came too late is given back by the caller.
 */
export interface SharedLimits {
  /** Reserves one call, if all limits allow it. */
  take(request: TakeRequest): Promise<SharedReply>;
  /**
   * Gives a call back with what GitHub said. A call that is not known any more is no error: what GitHub said counts all
   * the same. Without a call it reads the account.
   */
  settle(request: SettleRequest): Promise<SharedReply>;
}

interface SharedRequest {
  /** The account: `Token.id`, never the token itself; "" (`anonymousId`) for calls without a token. */
  account: string;
  /** What the caller knows. The tier takes it over where the epoch is not its own: it was lost, or the caller was alone. */
  known: Known;
  /** Maximum number of calls under way over all accounts (`FLEET_CONCURRENCY`). */
  concurrency: number;
}

export interface TakeRequest extends SharedRequest {
  /** Names the call: unique in the fleet. */
  call: string;
  /** The call counts as lost after this time without a `settle`, in milliseconds: longer than any call may last. */
  lifetime: number;
  /** `Resource.key`: a resource for which the token was refused before is a late probe only. */
  resource: string;
  /** Percentage of the quota that must remain after the call: 0 for a revalidation. */
  reserve: number;
}

export interface SettleRequest extends SharedRequest {
  /** The call that is over; "" if there is none. */
  call: string;
  outcome: Outcome;
}

/** A caller's knowledge of an account. The strictest of both is kept where the tier takes it over. */
export interface Known {
  /** `SharedReply.epoch` of the caller's last reply; 0 if it has learnt something without the tier since. */
  epoch: number;
  /** The latest quota that GitHub reported. `used` is 0 where it is a guess: it then counts for a new account only. */
  reported: Quota;
  /** Remaining block, in milliseconds; 0 without one. */
  blocked: number;
  secondaryLimits: number;
  /** Refusals in a row, the remaining suspension and the length of it, in milliseconds; 0 while GitHub accepts it. */
  refusals: number;
  suspended: number;
  suspension: number;
  /** Calls of the last minute that the tier does not know of. */
  calls: number;
}

export interface SharedReply {
  /** True if the call may be made now. Always true in a reply to `settle`. */
  granted: boolean;
  /** True if only `concurrency` forbids the call: the caller may try again in a moment. */
  isFull: boolean;
  /** Milliseconds until the account may be used; 0 or less where it may be used now. */
  wait: number;
  /** Calls under way over all accounts, this one included. */
  running: number;
  /** The tier's clock, in ms since the Unix epoch. */
  now: number;
  /** When the tier began this account, in ms since the Unix epoch: another number after its state was lost. */
  epoch: number;
  /** The account after the operation; times in ms since the Unix epoch by the tier's clock. */
  account: SharedAccount;
}

/** The part of an account's state that callers mirror. */
export interface SharedAccount {
  reported: Quota;
  /** Calls under way with this account, over the whole fleet. */
  inFlight: number;
  blockedUntil: number;
  secondaryLimits: number;
  refusals: number;
  suspendedUntil: number;
  suspension: number;
  minute: Minute;
}

/** The limits that this process shares with others. No operation throws, or takes longer than its timeout. */
export interface Fleet {
  /**
   * Asks for a call that the process's own account allows. Waits for a turn where the fleet makes too many calls at once.
   * @returns milliseconds until the fleet may use the account; 0 if the call may be made, also where the fleet does not
   * respond; undefined if its turn did not come in time
   */
  take(account: Account, claim: Claim, place: Place): Promise<number | undefined>;
  /** Tells what GitHub said to a call; resolves once the fleet knows, or does not respond. */
  settle(account: Account, call: string, outcome: Outcome): Promise<void>;
  /** Brings these accounts up to date, at most once a second. */
  refresh(accounts: readonly Account[]): Promise<void>;
  status(): FleetStatus;
  /** @param listener called after each change of an account by the fleet */
  watch(listener: () => void): void;
}

export interface FleetStatus {
  /** False while this process counts alone. */
  isShared: boolean;
  /** Calls under way over all processes at the last reply, and the most that there may be. */
  running: number;
  concurrency: number;
}
