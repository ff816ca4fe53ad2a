import { createCircuit } from "../circuit.ts";
import { EdgeError } from "../errors.ts";
import type { Fetch } from "../model.ts";
import type { Log } from "../ports.ts";

/** Different resources that fail, with no success between them, until GitHub counts as down. */
const threshold = 5;
/** Least time since the last success, in milliseconds. */
const quiet = 2000;
/** First and longest pause, in milliseconds. */
const firstPause = 1000;
const longestPause = 30_000;

/**
 * True for a failure of GitHub itself: no response, a late one, a 5xx. Limits, refusals and responses that this service
 * cannot use do not count, or one bad resource would stop the calls for all others.
 */
function isOutage(thrown: unknown): boolean {
  if (!(thrown instanceof EdgeError)) return false;
  if (thrown.failure === "gateway-timeout") return true;
  return thrown.failure === "bad-gateway" && (thrown.details.upstreamStatus ?? 599) >= 500;
}

export interface BreakerOptions {
  /** Milliseconds of a clock that never steps back. */
  now: () => number;
  random: () => number;
  log: Log;
  /** As error messages and log lines name it. */
  host?: "GitHub" | "GitHub's raw host";
  onChange: (isOpen: boolean) => void;
}

/**
 * A circuit breaker: while GitHub is down no request waits for its timeouts. While half-open it lets one request through
 * as a probe; a success closes it. A few resources that fail while others succeed never open it. A resource that has
 * failed itself is a probe only after another pause in which no other resource came.
 */
export function breakCircuit(next: Fetch, options: BreakerOptions): Fetch {
  const { now, random, log, host = "GitHub", onChange } = options;
  const circuit = createCircuit({ now, firstPause, longestPause, jitter: (ms) => ms * (0.8 + random() * 0.4) });
  /** Resources that failed since the last success. */
  const failed = new Set<string>();
  let succeededAt = now();
  let openedAt = 0;
  let probing = false;

  function onFailure(key: string, attempt: number, since: number): void {
    if (circuit.isOpen()) return void circuit.fail(attempt);
    // Another call succeeded after this one began: GitHub is up.
    if (since < succeededAt) return;
    if (failed.size < threshold) failed.add(key);
    if (failed.size < threshold || now() - succeededAt < quiet) return;
    circuit.fail(circuit.attempt());
    openedAt = now();
    log("warn", `${host} is down: not asking for a while`, { failures: failed.size });
    onChange(true);
  }

  function onSuccess(): void {
    if (circuit.succeed()) {
      log("info", `${host} is back`, { seconds: Math.round((now() - openedAt) / 1000) });
      onChange(false);
    }
    failed.clear();
    succeededAt = now();
  }

  return async function broken(ask) {
    const isProbe = circuit.isOpen();
    const wait = circuit.wait(ask.hasFailed ? 1 : 0);
    if (isProbe && (probing || wait > 0)) {
      const retryAfter = Math.max(Math.ceil(wait / 1000), 1);
      throw new EdgeError("bad-gateway", `${host} does not respond at the moment`, { retryAfter, notAsked: true });
    }
    probing ||= isProbe;
    const attempt = circuit.attempt();
    const since = now();
    try {
      const answer = await next(ask);
      onSuccess();
      return answer;
    } catch (thrown) {
      if (isOutage(thrown)) onFailure(ask.resource.key, attempt, since);
      throw thrown;
    } finally {
      if (isProbe) probing = false;
    }
  };
}
