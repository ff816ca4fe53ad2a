import type { Turns } from "../../core/cache/store/turns.ts";
import type { KeyTurn } from "./key-turn.ts";
import { createStubs, type StubOf } from "./stub.ts";

/** Turns through a namespace of KeyTurn. */
export function createObjectTurns(binding: object): Turns {
  const of = createStubs<StubOf<KeyTurn, "take" | "settle" | "release" | "purge">>(binding);
  return {
    take: (key, holder, ms, waitMs) => of(key).take(holder, ms, waitMs),
    settle: (key, purge, text, freshMs) => of(key).settle(purge, text, freshMs),
    release: (key, holder) => of(key).release(holder),
    purge: (key, purge, ms) => of(key).purge(purge, ms),
  };
}
