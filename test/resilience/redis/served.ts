import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { ask, type Pods } from "../support/pods.ts";

/** SHARED_CACHE_TIMEOUT_MS of these suites. */
export const timeout = 200;

/** Allowance for a busy machine, in milliseconds: the test checks the setting's limit, not the machine's speed. */
const slack = 4000;

/**
 * Requests in a row and at once all get 200, each within some times the timeout; the failure is
 * counted, and told in one line by each process.
 * @param lines most lines of writes that fail; more if they fail and succeed alternately
 */
export async function expectServed(cluster: Pods, path: () => string, lines = 1): Promise<void> {
  const urls = Array.from({ length: 12 }, (_, n) => `${cluster.pods[n % cluster.pods.length]!.url}${path()}`);
  const seen = [];
  for (const url of urls) seen.push(await ask(url));
  seen.push(...(await Promise.all(urls.map((url) => ask(url)))));
  expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200));
  const slowest = Math.max(...seen.map(({ took }) => took));
  // Read, lease and read again, once each at most.
  expect(slowest, "added latency is bounded by the setting").toBeLessThan(3 * timeout + slack);
  await expect.poll(() => cluster.metric("shared_cache_errors_total")).toBeGreaterThan(0);
  for (const pod of cluster.pods) {
    const told = pod.logs().filter((line) => line.includes("shared cache fails"));
    const operations = told.map((line) => (JSON.parse(line) as { operation: string }).operation);
    expect(operations.length, "told").toBeGreaterThan(0);
    expect(operations.filter((operation) => operation === "get").length, "once for reads").toBeLessThanOrEqual(1);
    expect(operations.filter((operation) => operation !== "get").length, "once for writes").toBeLessThanOrEqual(lines);
  }
}

/** Entries of one process are, soon, the other's too. */
export async function expectSharing({ pods: [one, other] }: Pods, path: () => string): Promise<void> {
  const shares = async () => {
    const asked = path();
    await ask(`${one!.url}${asked}`);
    // It is written in the background.
    await sleep(20);
    return (await ask(`${other!.url}${asked}`)).cacheStatus;
  };
  await expect.poll(shares, { timeout: 30_000, interval: 200 }).toMatch(/^EdgeGists; hit; /);
}
