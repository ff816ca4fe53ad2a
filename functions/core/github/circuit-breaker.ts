import { EdgeError } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { Fetch } from "../model.ts";

/** Different resources that fail, with no success between them, until GitHub counts as down. */
const threshold = 5;
/** Least time since the last success, in milliseconds. */
const quiet = 2000;
/** First and longest pause in milliseconds; each failed probe doubles it. */
const firstPause = 1000;
const longestPause = 30_000;

/**
 * True where a failure says something of GitHub's health: no answer, a late one, a 5xx. Limits, refusals and
 * answers of which this service can make nothing do not, or one odd resource would shut out all others.
 */
function isSymptom(thrown: unknown): boolean {
  if (!(thrown instanceof EdgeError)) return false;
  if (thrown.failure === "gateway-timeout") return true;
  return thrown.failure === "bad-gateway" && (thrown.details.upstreamStatus ?? 599) >= 500;
}

export interface BreakerOptions {
  /** Milliseconds of a clock that never steps back. */
  now: () => number;
  random: () => number;
  log: Log;
  onChange: (isOpen: boolean) => void;
}

/**
 * A circuit breaker: while GitHub is down nobody waits for its timeouts. After a pause one request goes through as a
 * probe; its success closes the circuit. A few resources that fail while others succeed never open it, and one that has
 * failed itself is a probe only where no other came.
 */
export function breakCircuit(next: Fetch, { now, random, log, onChange }: BreakerOptions): Fetch {
  /** Resources that failed since the last success. */
  const failed = new Set<string>();
  let succeededAt = now();
  let isOpen = false;
  let openedAt = 0;
  let pause = 0;
  let openUntil = 0;
  let probing = false;

  function wait(ms: number): void {
    pause = ms;
    openUntil = now() + ms * (0.8 + random() * 0.4);
  }

  function onFailure(key: string, isProbe: boolean, since: number): void {
    if (isOpen) {
      // Of calls that fail together some come late: only a probe tells more than that GitHub is down.
      if (isProbe) wait(Math.min(pause * 2, longestPause));
      return;
    }
    // Another has succeeded while this one waited: GitHub is well.
    if (since < succeededAt) return;
    if (failed.size < threshold) failed.add(key);
    if (failed.size < threshold || now() - succeededAt < quiet) return;
    isOpen = true;
    openedAt = now();
    wait(firstPause);
    log("warn", "GitHub is down: not asking for a while", { failures: failed.size });
    onChange(true);
  }

  function onSuccess(): void {
    if (isOpen) {
      log("info", "GitHub is back", { seconds: Math.round((now() - openedAt) / 1000) });
      onChange(false);
    }
    isOpen = false;
    failed.clear();
    succeededAt = now();
  }

  return async function broken(ask) {
    const isProbe = isOpen;
    const left = openUntil + (ask.hasFailed ? pause : 0) - now();
    if (isProbe && (probing || left > 0)) {
      const retryAfter = Math.max(Math.ceil(left / 1000), 1);
      throw new EdgeError("bad-gateway", "GitHub does not answer at the moment", { retryAfter, notAsked: true });
    }
    probing ||= isProbe;
    const since = now();
    try {
      const answer = await next(ask);
      onSuccess();
      return answer;
    } catch (thrown) {
      if (isSymptom(thrown)) onFailure(ask.resource.key, isProbe, since);
      throw thrown;
    } finally {
      if (isProbe) probing = false;
    }
  };
}
