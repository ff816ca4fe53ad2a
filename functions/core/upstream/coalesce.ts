import type { Answer, Fetch, Handling } from "./fetch.ts";

/** What followers did is what their leader did, but for those who waited for GitHub with it. */
const waited = new Set<Handling>(["MISS", "REVALIDATED", "CHANGED"]);

/**
 * One run of the layers below for each key at a time: whoever asks meanwhile gets the same answer.
 * A client that goes away ends nothing, since the call is already paid for and its answer will be kept.
 *
 * @param waitUntil keeps the shared run alive where the runtime ends a request's work with its client
 */
export function coalesce(next: Fetch, waitUntil: (work: Promise<unknown>) => void): Fetch {
  const running = new Map<string, Promise<Answer>>();

  return async function coalesced(ask) {
    const { key } = ask.resource;
    const shared = running.get(key);
    if (shared) {
      const answer = await shared;
      return waited.has(answer.handling) ? { ...answer, handling: "COALESCED" } : answer;
    }
    const run = next(ask).finally(() => running.delete(key));
    running.set(key, run);
    waitUntil(run.catch(() => undefined));
    return await run;
  };
}
