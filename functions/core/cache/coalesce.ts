import { inSpan, type Trace } from "../telemetry/trace.ts";
import { isAnothers } from "../github/client-limit.ts";
import type { Answer, Ask, Fetch, Handling } from "../model.ts";

/** What followers did is what their leader did, but for those who waited for GitHub with it. */
const waited = new Set<Handling>(["MISS", "REVALIDATED", "CHANGED"]);

export interface CoalesceOptions {
  /** Another number after each purge of a key: who comes after one does not wait for what was asked before. */
  generation: (key: string) => number;
  /** Keeps the shared run alive where the runtime ends a request's work with its client. */
  waitUntil: (work: Promise<unknown>) => void;
  /** Told how many wait for another request's run. */
  onWaiters: (count: number) => void;
}

/**
 * One run of the layers below for each key at a time: whoever asks meanwhile gets the same answer.
 * A client that goes away ends nothing, since the call is already paid for and its answer will be kept.
 */
export function coalesce(next: Fetch, { generation, waitUntil, onWaiters }: CoalesceOptions): Fetch {
  let waiters = 0;
  const running = new Map<string, { answer: Promise<Answer>; trace: Trace | undefined }>();

  return async function coalesced(ask: Ask): Promise<Answer> {
    const key = `${generation(ask.resource.key)} ${ask.resource.key}`;
    const shared = running.get(key);
    if (shared) {
      const links = shared.trace ? [shared.trace] : [];
      onWaiters((waiters += 1));
      try {
        const answer = await inSpan(ask.trace, "cache wait", {}, () => shared.answer, links);
        return waited.has(answer.handling) ? { ...answer, handling: "COALESCED" } : answer;
      } catch (thrown) {
        if (!isAnothers(thrown, ask)) throw thrown;
      } finally {
        onWaiters((waiters -= 1));
      }
      return coalesced(ask);
    }
    const run = next(ask).finally(() => running.delete(key));
    running.set(key, { answer: run, trace: ask.trace });
    waitUntil(run.catch(() => undefined));
    return await run;
  };
}
