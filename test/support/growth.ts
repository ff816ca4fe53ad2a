/** Processor time of this process, in milliseconds: that of the clock runs on while others have the processor. */
function used(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** The least of five times that work on `count` units takes, in milliseconds, the timer's own grain at least. */
function timeOf(count: number, work: (count: number) => unknown): number {
  const times = Array.from({ length: 5 }, () => {
    const began = used();
    work(count);
    return used() - began;
  });
  return Math.max(Math.min(...times), 0.01);
}

/**
 * How many times as long sixteen times the input takes: about 16 if time is linear in it, about 256 if it
 * is quadratic. The least of three ratios: garbage collection and other processes only make one larger.
 */
export function growth(work: (count: number) => unknown): number {
  timeOf(1000, work);
  let least = Infinity;
  for (let attempt = 0; attempt < 3 && least > 50; attempt += 1)
    least = Math.min(least, timeOf(160_000, work) / timeOf(10_000, work));
  return least;
}
