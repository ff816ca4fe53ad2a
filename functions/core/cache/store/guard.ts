import { createCircuit } from "../../circuit.ts";
import type { Log } from "../../ports.ts";
import type { LogMessage } from "../../telemetry/log-table.ts";

/** First pause after a failure, in milliseconds. */
const firstPause = 250;
/** Turns of the event loop over which the timeout is spread. */
const turns = 10;

export interface GuardOptions {
  /** Timeout of one operation, in milliseconds. */
  timeout: number;
  now: () => number;
  log: Log;
  /** Called for every failure, with a word from a closed set. */
  onError: (operation: string, reason: "timeout" | "error") => void;
  /** Longest pause after failures in a row, in milliseconds. */
  longestPause?: number;
  /** What the log says when the tier goes, and when it comes back. */
  messages?: { fails: LogMessage; back: LogMessage };
}

const ofCache = { fails: "shared cache fails: doing without it", back: "shared cache is back" } as const;

/**
 * Runs operations of a tier that may be slow or down: each has a timeout, and after a failure the tier is not asked for a
 * pause. Every failure is counted; the log says when the tier goes and when it comes back.
 */
export function createGuard({ timeout, now, log, onError, longestPause = 30_000, messages = ofCache }: GuardOptions) {
  const circuit = createCircuit({ now, firstPause, longestPause });
  const isPaused = () => circuit.wait() > 0;

  /**
   * The operation's value; undefined if it failed, was late or was not tried.
   * @param always true if it is tried during a pause too
   */
  async function guarded<T>(operation: string, run: () => Promise<T>, always = false): Promise<T | undefined> {
    const paused = isPaused();
    if (!always && paused) return undefined;
    const attempt = circuit.attempt();
    const deadline = startDeadline(timeout);
    try {
      const value = await Promise.race([run(), deadline.passed]);
      // A call from before the tier went says nothing of now.
      if (attempt === circuit.attempt() && circuit.succeed()) log("info", messages.back);
      return value;
    } catch (error) {
      const reason = error === late ? "timeout" : "error";
      onError(operation, reason);
      // A try during a pause does not lengthen it.
      if (!paused && circuit.fail(attempt)) {
        const cause = error instanceof Error ? `${error.name}: ${error.message}` : reason;
        log("warn", messages.fails, { operation, cause });
      }
      return undefined;
    } finally {
      deadline.clear();
    }
  }

  return Object.assign(guarded, { isPaused, retry: circuit.retry });
}

/**
 * Rejects after the timeout. It is a chain of shorter timers, each started in a turn of the event loop of its own: in a
 * busy process one timer would fire before a response that arrived long ago is read, and the tier would be blamed.
 */
function startDeadline(timeout: number): { passed: Promise<never>; clear: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const passed = new Promise<never>((_, reject) => {
    function wait(left: number): void {
      if (left <= 0) return reject(late);
      const part = Math.min(Math.ceil(timeout / turns), left);
      timer = setTimeout(wait, part, left - part);
    }
    wait(timeout);
  });
  return { passed, clear: () => clearTimeout(timer) };
}

const late = Symbol("late");
