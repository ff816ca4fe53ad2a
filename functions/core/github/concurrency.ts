import { EdgeError } from "../errors.ts";
import type { Answer, Ask, Fetch } from "../model.ts";

/** Calls under way at once that GitHub allows (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits). */
const mostAtOnce = 100;

/** A call that takes longer is slow, in milliseconds: GitHub answers nearly all within a fraction of it. */
const slowAfter = 1000;

export interface ThrottleOptions {
  /** Calls to GitHub under way at once, but for slow ones. */
  concurrency: number;
  /** Calls waiting for their turn. */
  queue: number;
  /** Longest wait, in milliseconds. */
  deadline: number;
  /** Told whenever the queue's length changes, and how long each call waited, in seconds. */
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
 * Bounds the calls under way at once. Others wait in order of arrival, which is fair between resources since each has at
 * most one call here. A slow call gives its place to others and counts among the slow ones, which with all places are as
 * many as GitHub allows; where there are too many of them the longest ends, so that resources at which GitHub hangs cost
 * nobody else a place.
 */
export function limitConcurrency(next: Fetch, options: ThrottleOptions): Fetch {
  const mostSlow = mostAtOnce - options.concurrency;
  let running = 0;
  /** How each slow call is ended, the longest first. */
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

  /** Hands the place on to who waits longest. */
  function leave(): void {
    const [first] = waiting;
    if (!first) {
      running -= 1;
      return;
    }
    leaveQueue(first);
    first.go();
  }

  async function run(ask: Ask): Promise<Answer> {
    const ending = new AbortController();
    // By way of a promise: workerd lets only the request that began a call touch what ends it.
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    void ended.then(() => ending.abort(new DOMException("Other calls took its place", "TimeoutError")));
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      const [longest] = slow.size >= mostSlow ? slow : [];
      if (longest) slow.delete(longest);
      longest?.();
      slow.add(end);
      leave();
    }, slowAfter);
    try {
      return await next({ ...ask, signal: ending.signal });
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
    return run(ask);
  };
}

function busy(): EdgeError {
  return new EdgeError("service-unavailable", "Too many requests are waiting for GitHub", { retryAfter: 1 });
}
