/** A signal that is aborted when its time is over. */
export interface Deadline {
  signal: AbortSignal;
  /** Its work is done: no timer and no listener outlives this, and the signal is aborted no more. */
  end: () => void;
}

/**
 * Begins a deadline. `AbortSignal.timeout()` cannot be ended: it fires into whatever is left of a call that is over.
 * @param ms its time; the reason is then a TimeoutError
 * @param outer aborts it too, with its own reason
 */
export function startDeadline(ms: number, outer?: AbortSignal): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new DOMException("It took too long", "TimeoutError")), ms);
  const abort = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) abort();
  outer?.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    end() {
      clearTimeout(timer);
      outer?.removeEventListener("abort", abort);
    },
  };
}
