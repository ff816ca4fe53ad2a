import type { Fetch, Handling } from "../model.ts";
import { inSpan } from "../telemetry/trace.ts";
import { createSingleFlight } from "./single-flight.ts";
import type { Store } from "./store/store.ts";

/** What the leader did where followers waited for GitHub with it; otherwise they did the same as the leader. */
const waited = new Set<Handling>(["MISS", "REVALIDATED", "CHANGED"]);

export interface CoalesceOptions {
  store: Pick<Store, "purges" | "isPurged">;
  /** Keeps the shared run alive where the runtime ends a request's work with its client. */
  waitUntil: (work: Promise<unknown>) => void;
  /** Called with the number of requests that wait for another request's run. */
  onWaiters: (count: number) => void;
}

/**
 * One run of the layers below for each key at a time: requests that come meanwhile get the same response.
 * A client that disconnects does not end the run: the call is already paid for and its response will be stored.
 */
export function coalesce(next: Fetch, { store, waitUntil, onWaiters }: CoalesceOptions): Fetch {
  const singleFlight = createSingleFlight(store);
  let waiters = 0;

  return function coalesced(ask) {
    return singleFlight(
      ask,
      () => {
        const run = next(ask);
        waitUntil(run.catch(() => undefined));
        return run;
      },
      async (flight) => {
        onWaiters((waiters += 1));
        try {
          const links = flight.trace ? [flight.trace] : [];
          const answer = await inSpan(ask.trace, "cache wait", {}, () => flight.answer, links);
          return waited.has(answer.handling) ? { ...answer, handling: "COALESCED" } : answer;
        } finally {
          onWaiters((waiters -= 1));
        }
      },
    );
  };
}
