import type { Figures, Outcome, Second } from "./model.ts";

/** Seconds that are kept and shown. */
export const shown = 60;

/** Latencies are those of so many milliseconds. */
const recent = 10_000;

/** Counts the responses of one runtime, by second. */
export function createTally(now: () => number) {
  const bySecond = new Map<number, Second>();
  let latencies: { at: number; took: number }[] = [];
  let outcomes: Figures["outcomes"] = {};
  let [requests, failed, waiting, calls] = [0, 0, 0, 0];
  let clearings = 0;

  function second(): Second {
    const at = Math.floor(now() / 1000) * 1000;
    const known = bySecond.get(at);
    if (known) return known;
    const fresh = { at, outcomes: {}, calls: 0 };
    bySecond.set(at, fresh);
    for (const old of bySecond.keys()) if (old < at - shown * 1000) bySecond.delete(old);
    return fresh;
  }

  function recentLatencies(): number[] {
    const least = now() - recent;
    latencies = latencies.filter(({ at }) => at >= least);
    return latencies.map(({ took }) => took).toSorted((a, b) => a - b);
  }

  return {
    /** A request was sent; the function is called with its end. A request from before `clear` waits, and counts no more. */
    begin() {
      waiting += 1;
      const of = clearings;
      return (outcome: Outcome, took: number): void => {
        waiting -= 1;
        if (of !== clearings) return;
        requests += 1;
        if (outcome === "FAILED") failed += 1;
        outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        const { outcomes: sofar } = second();
        sofar[outcome] = (sofar[outcome] ?? 0) + 1;
        latencies.push({ at: now(), took });
      };
    },
    /** So many more calls to GitHub. */
    called(count: number): void {
      calls += count;
      if (count > 0) second().calls += count;
    },
    waiting: () => waiting,
    calls: () => calls,
    figures(): Figures {
      const last = Math.floor(now() / 1000) * 1000;
      const seconds = Array.from({ length: shown }, (_, index) => last - (shown - 1 - index) * 1000);
      return {
        requests,
        failed,
        waiting,
        calls,
        outcomes: { ...outcomes },
        latency: toPercentiles(recentLatencies()),
        seconds: seconds.map((at) => bySecond.get(at) ?? { at, outcomes: {}, calls: 0 }),
      };
    },
    clear(): void {
      clearings += 1;
      bySecond.clear();
      latencies = [];
      outcomes = {};
      [requests, failed, calls] = [0, 0, 0];
    },
  };
}

export type Tally = ReturnType<typeof createTally>;

/** Nearest-rank percentiles of sorted values. */
export function toPercentiles(sorted: readonly number[]): Figures["latency"] {
  const at = (part: number) => sorted[Math.max(Math.ceil(part * sorted.length) - 1, 0)] ?? 0;
  return sorted.length === 0 ? undefined : { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
