import { EdgeError } from "../errors.ts";
import type { Log } from "../ports.ts";
import type { Fetch } from "./fetch.ts";

/** Failures in a row after which GitHub counts as down. */
const threshold = 5;
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
  now: () => number;
  random: () => number;
  log: Log;
}

/**
 * A circuit breaker: while GitHub is down nobody waits for its timeouts. After a pause one request goes
 * through as a probe; its success closes the circuit.
 */
export function breaker(next: Fetch, { now, random, log }: BreakerOptions): Fetch {
  let failures = 0;
  let openUntil = 0;
  let probing = false;

  function onFailure(isProbe: boolean): void {
    // Of calls that fail together some come late: only a probe tells more than that GitHub is down.
    if (failures >= threshold && !isProbe) return;
    failures += 1;
    if (failures < threshold) return;
    const pause = Math.min(firstPause * 2 ** (failures - threshold), longestPause);
    openUntil = now() + pause * (0.8 + random() * 0.4);
    if (failures === threshold) log("warn", "GitHub is down: not asking for a while", { failures });
  }

  function onSuccess(): void {
    if (failures >= threshold) log("info", "GitHub is back");
    failures = 0;
    openUntil = 0;
  }

  return async function broken(ask) {
    const isProbe = failures >= threshold;
    if (isProbe && (probing || now() < openUntil)) {
      const retryAfter = Math.max(Math.ceil((openUntil - now()) / 1000), 1);
      throw new EdgeError("bad-gateway", "GitHub does not answer at the moment", { retryAfter });
    }
    probing ||= isProbe;
    try {
      const answer = await next(ask);
      onSuccess();
      return answer;
    } catch (thrown) {
      if (isSymptom(thrown)) onFailure(isProbe);
      throw thrown;
    } finally {
      if (isProbe) probing = false;
    }
  };
}
