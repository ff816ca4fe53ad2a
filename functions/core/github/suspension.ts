import type { Resource } from "../model.ts";
import type { Account } from "./accounts.ts";

/** First and maximum suspension of a refused token, in milliseconds. Each further refusal doubles it. */
const firstSuspension = 2000;
const longestSuspension = 600_000;

/** Maximum number of resources in memory for which one token was refused. */
const maxRefusedKeys = 100;

/** Remaining suspension of a refused account, in milliseconds; a second while another call probes it. */
export function suspendedFor(
  { probing, suspendedUntil, suspension, refusedKeys }: Account,
  { key }: Resource,
  now: number,
): number {
  // A resource that was refused before says little about the token: it probes only after another suspension.
  return probing ? 1000 : suspendedUntil + (refusedKeys.has(key) ? suspension : 0) - now;
}

/**
 * Suspends an account whose token GitHub refused. Of calls that are refused together, only the first counts.
 * @returns seconds of the suspension; 0 if nothing changed
 */
export function suspend(account: Account, { key }: Resource, now: number): number {
  if (account.refusals > 0 && account.suspendedUntil > now) return 0;
  // It was refused for this resource and accepted for others since: the resource is the reason, not the token.
  if (account.refusals === 0 && account.refusedKeys.has(key)) return 0;
  const [first] = account.refusedKeys.size >= maxRefusedKeys ? account.refusedKeys : [];
  if (first !== undefined) account.refusedKeys.delete(first);
  account.refusedKeys.add(key);
  const ms = Math.min(firstSuspension * 2 ** account.refusals, longestSuspension);
  account.refusals += 1;
  account.suspension = ms;
  account.suspendedUntil = now + ms;
  return ms / 1000;
}
