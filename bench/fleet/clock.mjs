/**
 * Virtual time. It moves to the next millisecond when all work of the present one is done: timers are kept by the
 * millisecond in which they fire, so that a second of thousand processes costs a thousand turns of the event loop.
 */

/** Node's own timers take at least a millisecond (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const least = 1;

/** One turn of the real event loop: every promise that can go on has gone on. */
const settle = () => new Promise((resolve) => void setImmediate(resolve));

/** @param {number} start ms since the Unix epoch */
export function createClock(start) {
  let time = start;
  /** @type {Map<number, { run?: () => void }[]>} */
  const timers = new Map();

  function at(when, run) {
    const timer = { run, unref: () => timer, ref: () => timer };
    const due = Math.max(Math.ceil(when), time);
    const others = timers.get(due);
    if (others) others.push(timer);
    else timers.set(due, [timer]);
    return timer;
  }

  return {
    now: () => time,
    at,
    setTimeout: (run, ms = 0, ...args) => at(time + Math.max(ms, least), () => run(...args)),
    clearTimeout(timer) {
      // Its time may be long after the end of what it holds.
      if (timer) timer.run = undefined;
    },
    sleep: (ms) => new Promise((resolve) => void at(time + Math.max(ms, least), resolve)),
    /** Runs until a time, and all that is due by then. */
    async runUntil(end) {
      for (; time <= end; time++) {
        for (let due = timers.get(time); due; due = timers.get(time)) {
          timers.delete(time);
          for (const { run } of due) run?.();
          await settle();
        }
      }
    },
  };
}

/**
 * Puts the timers of this process on a clock, and makes digests without the thread pool, whose work does not end within
 * a turn of the event loop. For a process that does nothing else.
 */
export function takeOver(clock, hash) {
  globalThis.setTimeout = clock.setTimeout;
  globalThis.clearTimeout = clock.clearTimeout;
  crypto.subtle.digest = async (algorithm, bytes) => {
    const { buffer, byteOffset, byteLength } = hash(algorithm.replace("-", ""), bytes, "buffer");
    return buffer.slice(byteOffset, byteOffset + byteLength);
  };
}
