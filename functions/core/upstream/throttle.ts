import { EdgeError } from "../errors.ts";
import type { Fetch } from "./fetch.ts";

export interface ThrottleOptions {
  /** Calls to GitHub under way at once. */
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
 * Bounds the calls under way at once, well under GitHub's 100. Others wait in order of arrival, which is
 * fair between resources since each has at most one call here.
 */
export function throttle(next: Fetch, options: ThrottleOptions): Fetch {
  let running = 0;
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

  return async function throttled(ask) {
    const since = options.elapsed();
    await enter();
    options.onWait((options.elapsed() - since) / 1000);
    try {
      return await next(ask);
    } finally {
      leave();
    }
  };
}

function busy(): EdgeError {
  return new EdgeError("service-unavailable", "Too many requests are waiting for GitHub", { retryAfter: 1 });
}
