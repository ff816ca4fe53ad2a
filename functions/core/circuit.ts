export interface CircuitOptions {
  /** Milliseconds. */
  now: () => number;
  /** First and longest pause, in milliseconds; each failure in a row doubles it. */
  firstPause: number;
  longestPause: number;
  /** Spreads a pause, so that many processes do not probe at once. */
  jitter?: (ms: number) => number;
}

/**
 * The states of a circuit breaker (https://learn.microsoft.com/azure/architecture/patterns/circuit-breaker): closed,
 * open for a pause, then half-open. The caller decides which failures count, and how many calls are allowed while
 * half-open.
 */
export function createCircuit({ now, firstPause, longestPause, jitter = (ms) => ms }: CircuitOptions) {
  /** Failures in a row; 0 while closed. */
  let failures = 0;
  let pause = 0;
  let openFor = 0;
  let openUntil = 0;

  return {
    isOpen: () => failures > 0,

    /** Separates calls that began before a state change from later ones: a call stores it, and passes it to `fail`. */
    attempt: () => failures,

    /**
     * Milliseconds until the circuit is half-open; 0 or less if it is half-open or closed.
     * @param pauses additional pauses to wait
     */
    wait(pauses = 0): number {
      const left = openUntil - now();
      // If more than the pause is left, the clock was set back.
      return failures === 0 || left > openFor ? 0 : left + pauses * pause;
    },

    /**
     * Opens the circuit. Calls that began together count once: the later ones change nothing.
     * @returns true if it was closed
     */
    fail(attempt: number): boolean {
      if (attempt !== failures) return false;
      pause = Math.min(firstPause * 2 ** failures, longestPause);
      openFor = jitter(pause);
      openUntil = now() + openFor;
      failures += 1;
      return failures === 1;
    },

    /** Half-opens the circuit at once: something else says that the next call may succeed. */
    retry(): void {
      openUntil = now();
    },

    /** Closes the circuit. @returns true if it was open */
    succeed(): boolean {
      const wasOpen = failures > 0;
      failures = 0;
      return wasOpen;
    },
  };
}
