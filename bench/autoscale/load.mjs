import autocannon from "autocannon";

/** The responses since the last call of `take`, which returns and resets them. Times are in milliseconds. */
export function createTally() {
  let times = [];
  let failed = 0;
  const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return {
    answer(status, time) {
      if (status >= 200 && status < 300) times.push(time);
      else failed += 1;
    },
    fail() {
      failed += 1;
    },
    take() {
      const sorted = times.toSorted((a, b) => a - b);
      const taken = { requests: sorted.length, failed, p50: at(sorted, 0.5), p99: at(sorted, 0.99) };
      times = [];
      failed = 0;
      return taken;
    },
  };
}

/**
 * One step of load, to its end.
 * @param {{ connections: number, seconds: number }} step
 * @param {{ url: URL, ca?: Buffer, tally: ReturnType<typeof createTally> }} options
 */
export async function load({ connections, seconds }, { url, ca, tally }) {
  if (connections === 0) {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return;
  }
  const run = autocannon({
    url: url.href,
    connections,
    duration: seconds,
    // Above the time that a start from zero may take.
    timeout: 60,
    ...(ca && { tlsOptions: { ca, servername: url.hostname } }),
  });
  run.on("response", (_client, status, _bytes, time) => tally.answer(status, time));
  run.on("reqError", () => tally.fail());
  await run;
}
