import { createFleet, type FleetOptions } from "../../core/github/fleet.ts";
import type { Fleet, SharedLimits } from "../../core/github/shared-limits.ts";
import { checkReply } from "../../core/github/shared-reply.ts";
import { createStubs, type StubOf } from "./stub.ts";
import type { TokenBudget } from "./token-budget.ts";

/** GitHub's limits through a namespace of TokenBudget: one object for each account. */
function createObjectLimits(binding: object): SharedLimits {
  const of = createStubs<StubOf<TokenBudget, "take" | "settle">>(binding);
  const nameOf = ({ account }: { account: string }) => (account === "" ? "anonymous" : account);
  return {
    take: async (request) => checkReply(await of(nameOf(request)).take(request)),
    settle: async (request) => checkReply(await of(nameOf(request)).settle(request)),
  };
}

/** The isolates that share GitHub's limits through objects. */
export function createObjectFleet(binding: object, options: Omit<FleetOptions, "limits">): Fleet {
  return createFleet({ ...options, limits: createObjectLimits(binding) });
}
