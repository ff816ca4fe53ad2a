import type { Step } from "./load.ts";

/** What a pod can do. */
export interface Capacity {
  /** Requests a second of one pod. */
  perSecond: number;
  /** Seconds of a request that waits for nothing. */
  serviceTime: number;
  /** Maximum number of concurrent requests in one pod; 0 is no limit. */
  containerConcurrency: number;
}

/** What happened in a second. */
export interface Second {
  /** Requests in progress on average. */
  concurrency: number;
  /** Requests that came, and that got a response. */
  arrived: number;
  answered: number;
  /** Milliseconds; undefined without a response. */
  p50: number | undefined;
  p99: number | undefined;
}

/** Parts of a second for which requests are computed together. */
const parts = 10;
const part = 1 / parts;

/** Requests that came together. */
interface Group {
  at: number;
  count: number;
}

function percentile(times: readonly Group[], share: number): number | undefined {
  const sorted = times.toSorted((a, b) => a.at - b.at);
  const all = sorted.reduce((sum, { count }) => sum + count, 0);
  let seen = 0;
  return sorted.find(({ count }) => (seen += count) >= all * share)?.at;
}

/** The requests of a load and the pods that serve them: the first that came is served first, wherever it waits. */
export function createService({ perSecond, serviceTime, containerConcurrency }: Capacity) {
  let waiting: Group[] = [];
  const sum = () => waiting.reduce((total, { count }) => total + count, 0);

  /** Takes requests from the head of the queue, until `most` are taken or only those of `now` are left. */
  function take(most: number, now: number): Group[] {
    const taken: Group[] = [];
    let left = most;
    while (left > 1e-9 && waiting[0] && waiting[0].at < now) {
      const count = Math.min(left, waiting[0].count);
      taken.push({ at: waiting[0].at, count });
      left -= count;
      waiting[0].count -= count;
      if (waiting[0].count <= 1e-9) waiting = waiting.slice(1);
    }
    return taken;
  }

  /** A part of a second. Returns the responses by their time in seconds. */
  function serve(now: number, level: number, kind: Step["kind"], readyPods: number) {
    const before = sum();
    let arrived = kind === "rate" ? level * part : Math.max(0, level - before);
    if (arrived > 0) waiting.push({ at: now - part, count: arrived });
    const slots = containerConcurrency > 0 ? readyPods * containerConcurrency : Infinity;
    const senders = kind === "rate" ? Infinity : Math.max(level, before);
    const most = Math.min(readyPods * perSecond * part, (Math.min(slots, senders) * part) / serviceTime);
    const times = take(most, now).map(({ at, count }) => ({ at: Math.max(serviceTime, now - at - part), count }));
    let answered = times.reduce((total, { count }) => total + count, 0);
    let concurrency = before + arrived;
    if (kind === "connections") {
      // Each response is followed by the next request, in the same part of a second too.
      const again = Math.max(0, level - sum());
      if (again > 0) waiting.push({ at: now, count: again });
      const more = again > 0 && sum() <= level + 1e-9 ? Math.max(0, most - answered) : 0;
      if (more > 0) times.push({ at: Math.max(serviceTime, (level * part) / most), count: more });
      answered += more;
      arrived += more + again;
    } else concurrency = sum() + (answered / part) * serviceTime;
    return { times, arrived, answered, concurrency };
  }

  return {
    /**
     * The second until `end`.
     * @param readyAt pods that are ready at a time
     */
    pass(end: number, step: Step, share: number, readyAt: (time: number) => number): Second {
      const level = (at: number) => step.from + (step.to - step.from) * (share + at / step.seconds);
      const all = Array.from({ length: parts }, (_, index) => {
        const offset = (index + 1) * part;
        const now = end - 1 + offset;
        return serve(now, Math.round(level(offset)), step.kind, readyAt(now - part));
      });
      const total = (of: (one: (typeof all)[number]) => number) => all.reduce((value, one) => value + of(one), 0);
      const times = all.flatMap((one) => one.times);
      const toMs = (seconds: number | undefined) =>
        seconds === undefined ? undefined : Math.round(seconds * 1e6) / 1000;
      return {
        concurrency: Math.round(total((one) => one.concurrency) * part * 1000) / 1000,
        arrived: Math.round(total((one) => one.arrived)),
        answered: Math.round(total((one) => one.answered)),
        p50: toMs(percentile(times, 0.5)),
        p99: toMs(percentile(times, 0.99)),
      };
    },
  };
}
