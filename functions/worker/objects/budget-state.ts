import type { DurableObjectState } from "cloudflare:workers";
import { type KeptAccount, type KeptAccounts, settleShared, takeShared } from "../../core/github/memory-limits.ts";
import type { SettleRequest, SharedReply, TakeRequest } from "../../core/github/shared-limits.ts";

const accountKey = "account";

export interface BudgetState {
  take(request: TakeRequest): SharedReply;
  settle(request: SettleRequest): SharedReply;
}

/**
 * The account of one token, in memory and in the object's storage. What GitHub said is stored at once: nothing announces
 * that an object leaves memory. A call under way is stored with the next response only, since each write costs money: an
 * object that restarts meanwhile has forgotten the reservation.
 */
export function createBudgetState({ storage }: Pick<DurableObjectState, "storage">, now = Date.now): BudgetState {
  const accounts: KeptAccounts = new Map();
  const kept = storage.kv.get<{ id: string; account: KeptAccount }>(accountKey);
  if (kept) accounts.set(kept.id, kept.account);

  return {
    take: (request) => takeShared(accounts, request, now()),
    settle(request) {
      const { account: id, outcome } = request;
      const reply = settleShared(accounts, request, now());
      // A mere look, and a call without a response, say nothing new.
      if (outcome.kind !== "none" || outcome.quota) storage.kv.put(accountKey, { id, account: accounts.get(id) });
      return reply;
    },
  };
}
