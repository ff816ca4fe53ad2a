import type { Log } from "../../ports.ts";

/** First and longest pause after a failure, in milliseconds; each further one doubles it. */
const firstPause = 250;
const longestPause = 30_000;
/** Turns of the event loop over which the bound is spread. */
const turns = 10;

export interface GuardOptions {
  /** Longest wait for one operation, in milliseconds. */
  timeout: number;
  now: () => number;
  log: Log;
  /** Told of every failure, with a word from a closed set. */
  onError: (operation: string, reason: "timeout" | "error") => void;
}

/**
 * Runs operations of a part that may be slow or down: each is bounded in time, and after a failure the part
 * is left alone for a while, longer each time. Logged when it goes and when it comes back, counted always.
 */
export function createGuard({ timeout, now, log, onError }: GuardOptions) {
  let failures = 0;
  let skipUntil = 0;

  /** @param before the failures when the operation began: those that began together count as one */
  function failed(operation: string, error: unknown, before: number): void {
    const reason = error === late ? "timeout" : "error";
    onError(operation, reason);
    if (before !== failures) return;
    if (failures === 0) {
      const cause = error instanceof Error ? `${error.name}: ${error.message}` : reason;
      log("warn", "shared cache fails: doing without it", { operation, cause });
    }
    skipUntil = now() + Math.min(firstPause * 2 ** failures, longestPause);
    failures += 1;
  }

  function succeeded(before: number): void {
    // What was asked before it went says nothing of now.
    if (before !== failures) return;
    if (failures > 0) log("info", "shared cache is back");
    failures = 0;
  }

  /** True while it is left alone. */
  function isPaused(): boolean {
    const left = skipUntil - now();
    // More than the longest pause is left only where the clock was set back.
    return left > 0 && left <= longestPause;
  }

  /**
   * The operation's value, or undefined where it failed, was late or was not tried.
   * @param always true where it is tried also while the part is left alone
   */
  async function guarded<T>(operation: string, run: () => Promise<T>, always = false): Promise<T | undefined> {
    if (!always && isPaused()) return undefined;
    const before = failures;
    const deadline = startDeadline(timeout);
    try {
      const value = await Promise.race([run(), deadline.passed]);
      succeeded(before);
      return value;
    } catch (error) {
      failed(operation, error, before);
      return undefined;
    } finally {
      deadline.clear();
    }
  }

  return Object.assign(guarded, { isPaused });
}

/**
 * Rejects once the bound is over. It is counted in parts, each begun in a turn of the event loop of its own:
 * a process that is busy finds the bound's timer due before it reads the answer that has long been there,
 * and would take its own slowness for the other's.
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
