import { DurableObject, type DurableObjectState } from "cloudflare:workers";
import type { SettleRequest, SharedReply, TakeRequest } from "../../core/github/shared-limits.ts";
import type { BudgetState } from "./budget-state.ts";

/**
 * A Durable Object for each token: GitHub's limits for it, over all isolates of all data centres. Its code is loaded on
 * demand, since the main module must export the class.
 */
export class TokenBudget extends DurableObject {
  #state!: BudgetState;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const { createBudgetState } = await import("./budget-state.ts");
      this.#state = createBudgetState(ctx);
    });
  }

  take(request: TakeRequest): SharedReply {
    return this.#state.take(request);
  }

  settle(request: SettleRequest): SharedReply {
    return this.#state.settle(request);
  }
}
