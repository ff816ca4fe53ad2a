import { EdgeError } from "../errors.ts";
import type { Answer, Ask } from "../model.ts";
import type { Trace } from "../telemetry/trace.ts";
import type { Store } from "./store/store.ts";

/** A run under way, and where its spans are. */
export interface Flight {
  answer: Promise<Answer>;
  trace: Trace | undefined;
  /** The number of the last purge before it. */
  purges: number;
}

/**
 * @param lead starts the run
 * @param follow waits for the run of an earlier request
 */
export type SingleFlight = (
  ask: Ask,
  lead: () => Promise<Answer>,
  follow: (flight: Flight) => Promise<Answer>,
) => Promise<Answer>;

/**
 * One run for a key at a time: a request that comes while one is under way follows it. A request after a purge does not
 * follow a run from before, and no request gets from another's run what was purged meanwhile.
 */
export function createSingleFlight({ purges, isPurged }: Pick<Store, "purges" | "isPurged">): SingleFlight {
  const flights = new Map<string, Flight>();

  return async function fly(ask, lead, follow) {
    const { key } = ask.resource;
    const flight = flights.get(key);
    if (flight && !isPurged(key, flight.purges)) {
      try {
        const answer = await follow(flight);
        if (!isPurged(key, flight.purges, answer.entry.body)) return answer;
      } catch (thrown) {
        if (!isOfOtherClient(thrown, ask.client)) throw thrown;
      }
      // The limit was the leader's own: this client may still ask.
      return fly(ask, lead, follow);
    }
    const before = purges();
    const answer = lead().finally(() => {
      if (flights.get(key)?.answer === answer) flights.delete(key);
    });
    flights.set(key, { answer, trace: ask.trace, purges: before });
    return answer;
  };
}

/** True for a failure by the limit of one client, for any other client. */
export function isOfOtherClient(thrown: unknown, client: string | undefined): boolean {
  return thrown instanceof EdgeError && thrown.details.client !== undefined && thrown.details.client !== client;
}
