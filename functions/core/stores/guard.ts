import type { Log } from "../ports.ts";

/** First and longest pause after a failure, in milliseconds; each further one doubles it. */
const firstPause = 250;
const longestPause = 30_000;

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

  /** The operation's value, or undefined where it failed, was late or was not tried. */
  return async function guarded<T>(operation: string, run: () => Promise<T>): Promise<T | undefined> {
    const left = skipUntil - now();
    // More than the longest pause is left only where the clock was set back.
    if (left > 0 && left <= longestPause) return undefined;
    const before = failures;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const value = await Promise.race([
        run(),
        new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(late), timeout);
        }),
      ]);
      succeeded(before);
      return value;
    } catch (error) {
      failed(operation, error, before);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  };
}

const late = Symbol("late");
