import { EdgeError } from "../errors.ts";
import type { Answer, Ask, Fetch, Place } from "../model.ts";

/** Concurrent calls that GitHub allows (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits). */
const maxConcurrent = 100;

/** A call that takes longer is slow, in milliseconds: nearly all calls to GitHub take a fraction of it. */
const slowAfter = 1000;

export interface ConcurrencyOptions {
  /** Concurrent calls to GitHub, slow ones not counted. */
  concurrency: number;
  /** Maximum number of calls in the queue. */
  queue: number;
  /** Timeout in the queue, in milliseconds. */
  deadline: number;
  /** Called when the length of the queue changes, and with the wait of each call, in seconds. */
  onQueue: (length: number) => void;
  onWait: (seconds: number) => void;
  elapsed: () => number;
}

interface Waiting {
  go: () => void;
  refuse: (error: EdgeError) => void;
  timer: ReturnType<typeof setTimeout>;
}

/**
 * Limits the concurrent calls. Others wait in order of arrival, which is fair between resources: each has at most one call
 * here. A slow call gives its slot to the next one. Slots and slow calls together are as many as GitHub allows; where there
 * are too many slow calls the longest one is aborted, so that a resource at which GitHub hangs takes no slot from others.
 */
export function limitConcurrency(next: Fetch, options: ConcurrencyOptions): Fetch {
  const maxSlow = maxConcurrent - options.concurrency;
  let running = 0;
  /** The abort function of each slow call, the longest call first. */
  const slow = new Set<() => void>();
  const waiting = new Set<Waiting>();

  function enter(): Promise<void> {
    if (running < options.concurrency) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting.size >= options.queue) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const place: Waiting = {
        go: resolve,
        refuse: reject,
        timer: setTimeout(() => {
          leaveQueue(place);
          place.refuse(busy());
        }, options.deadline),
      };
      waiting.add(place);
      options.onQueue(waiting.size);
    });
  }

  function leaveQueue(place: Waiting): void {
    clearTimeout(place.timer);
    waiting.delete(place);
    options.onQueue(waiting.size);
  }

  /** Gives the slot to the first call in the queue. */
  function leave(): void {
    const [first] = waiting;
    if (!first) {
      running -= 1;
      return;
    }
    leaveQueue(first);
    first.go();
  }

  async function run(ask: Ask, since: number): Promise<Answer> {
    const ending = new AbortController();
    // Through a promise: workerd lets only the request that began a call abort it.
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    void ended.then(() => ending.abort(new DOMException("Other calls took its place", "TimeoutError")));
    let isSlow = false;
    const startTimer = () =>
      setTimeout(() => {
        isSlow = true;
        const [longest] = slow.size >= maxSlow ? slow : [];
        if (longest) slow.delete(longest);
        longest?.();
        slow.add(end);
        leave();
      }, slowAfter);
    let timer = startTimer();
    const place: Place = {
      patience: () => options.deadline - (options.elapsed() - since),
      async hold(wait) {
        clearTimeout(timer);
        try {
          return await wait();
        } finally {
          if (!isSlow) timer = startTimer();
        }
      },
    };
    try {
      return await next({ ...ask, signal: ending.signal, place });
    } finally {
      clearTimeout(timer);
      if (!isSlow) leave();
      slow.delete(end);
    }
  }

  return async function throttled(ask) {
    const since = options.elapsed();
    await enter();
    options.onWait((options.elapsed() - since) / 1000);
    return run(ask, since);
  };
}

/** The error of a call that found no free place in time. */
export function busy(): EdgeError {
  return new EdgeError("service-unavailable", "Too many requests are waiting for GitHub", { retryAfter: 1 });
}
