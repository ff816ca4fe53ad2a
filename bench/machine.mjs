import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** From so many busy processors on, others share the cores, and figures are no measure. */
export const busyAt = 0.2;

/**
 * Processors that are kept busy now, before anything of a benchmark has begun: 0.5 is half of one. A load average would
 * also tell of what is over.
 */
export async function busyProcessors(seconds = 3) {
  const sum = (times) => times.reduce((total, value) => total + value, 0);
  const read = () => cpus().map(({ times }) => ({ all: sum(Object.values(times)), idle: times.idle }));
  const before = read();
  await sleep(seconds * 1000);
  const shares = read().map(({ all, idle }, core) => 1 - (idle - before[core].idle) / (all - before[core].all));
  return Number(sum(shares).toFixed(2));
}
