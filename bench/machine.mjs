import { cpus } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

/** From so many busy processors on, others share the cores, and the figures are not valid. */
export const busyAt = 0.2;

/**
 * Processors that are busy now, before a benchmark begins: 0.5 is half of one. A load average would also include
 * earlier load.
 */
export async function busyProcessors(seconds = 3) {
  const sum = (times) => times.reduce((total, value) => total + value, 0);
  const read = () => cpus().map(({ times }) => ({ all: sum(Object.values(times)), idle: times.idle }));
  const before = read();
  await sleep(seconds * 1000);
  const shares = read().map(({ all, idle }, core) => 1 - (idle - before[core].idle) / (all - before[core].all));
  return Number(sum(shares).toFixed(2));
}
