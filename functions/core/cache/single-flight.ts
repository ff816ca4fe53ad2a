import { EdgeError } from "../errors.ts";
import type { Answer, Ask } from "../model.ts";
import type { Trace } from "../telemetry/trace.ts";

/** A run under way, and where its spans are. */
export interface Flight {
  answer: Promise<Answer>;
  trace: Trace | undefined;
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
 * One run for a key at a time: a request that comes while one is under way follows it.
 * @param generation another number after each purge of a key: a request after a purge does not follow a run from before
 */
export function createSingleFlight(generation: (key: string) => number): SingleFlight {
  const flights = new Map<string, Flight>();

  return async function fly(ask, lead, follow) {
    const { key } = ask.resource;
    const name = `${generation(key)} ${key}`;
    const flight = flights.get(name);
    if (flight) {
      try {
        return await follow(flight);
      } catch (thrown) {
        if (!isOfOtherClient(thrown, ask.client)) throw thrown;
      }
      // The limit was the leader's own: this client may still ask.
      return fly(ask, lead, follow);
    }
    const answer = lead().finally(() => flights.delete(name));
    flights.set(name, { answer, trace: ask.trace });
    return answer;
  };
}

/** True for a failure by the limit of one client, for any other client. */
export function isOfOtherClient(thrown: unknown, client: string | undefined): boolean {
  return thrown instanceof EdgeError && thrown.details.client !== undefined && thrown.details.client !== client;
}
