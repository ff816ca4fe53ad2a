import { DurableObject, type DurableObjectState } from "cloudflare:workers";
import type { Turn } from "../../core/cache/store/turns.ts";
import type { createTurn } from "./turn.ts";

/**
 * A Durable Object for each cache key: the turn to refresh it, over all isolates of all data centres. Its code is loaded
 * on demand, since the main module must export the class.
 */
export class KeyTurn extends DurableObject {
  #turn!: ReturnType<typeof createTurn>;

  constructor(ctx: DurableObjectState, env: unknown) {
    super(ctx, env);
    void ctx.blockConcurrencyWhile(async () => {
      const { createObjectTurn } = await import("./turn-state.ts");
      this.#turn = createObjectTurn(ctx);
    });
  }

  take(holder: string, ms: number, waitMs: number): Turn | Promise<Turn> {
    return this.#turn.take(holder, ms, waitMs);
  }

  settle(purge: string, text: string, freshMs: number): boolean {
    return this.#turn.settle(purge, text, freshMs);
  }

  release(holder: string): void {
    this.#turn.release(holder);
  }

  purge(purge: string, ms: number): void {
    this.#turn.purge(purge, ms);
  }
}
