import { setTimeout as sleep } from "node:timers/promises";
import type { GatewayClient } from "./client.ts";

/** A steady load, and its result. */
export interface Load {
  answered: () => number;
  /** Every request without a 200. */
  failures: () => readonly string[];
  /** Ends it; waits for requests in flight. */
  stop: () => Promise<void>;
}

/** Sends requests until it is closed, each client one after another with a pause. */
export function startLoad(
  { ask }: Pick<GatewayClient, "ask">,
  paths: readonly string[],
  clients = 8,
  pause = 20,
): Load {
  const end = new AbortController();
  let answered = 0;
  const failures: string[] = [];
  const client = async (number: number) => {
    for (let turn = number; !end.signal.aborted; turn += 1) {
      const path = paths[turn % paths.length] ?? "/";
      const at = new Date().toISOString();
      try {
        const { status, text } = await ask(path);
        if (status === 200) answered += 1;
        else failures.push(`${at} ${path}: ${status} ${text.slice(0, 100)}`);
      } catch (error) {
        failures.push(`${at} ${path}: ${(error as Error).message}`);
      }
      await sleep(pause);
    }
  };
  const over = Promise.all(Array.from({ length: clients }, (_, number) => client(number)));
  return {
    answered: () => answered,
    failures: () => failures,
    stop: async () => {
      end.abort();
      await over;
    },
  };
}
