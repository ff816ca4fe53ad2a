/** A signal that is aborted after a time. */
export interface Deadline {
  signal: AbortSignal;
  /** Ends timer and listener: the signal is not aborted any more. */
  end: () => void;
}

/**
 * Starts a deadline. `AbortSignal.timeout()` cannot be ended: it would fire after the call is over.
 * @param ms after which the signal is aborted with a TimeoutError
 * @param outer aborts the signal too, with its own reason
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
