import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { freshSince } from "../../contract/support/fresh.ts";
import { bySince, standIn } from "../../contract/support/stand-in.ts";
import { ask, herd, type Pods, type Seen } from "../support/pods.ts";

/** Clients of all processes that ask for some keys without a pause, until it is stopped. */
export function startLoad({ pods }: Pods, paths: readonly string[]) {
  const seen: Seen[] = [];
  const over = new AbortController();
  const clients = Array.from({ length: 4 * pods.length }, async (_, n) => {
    for (let turn = n; !over.signal.aborted; turn += 1) {
      seen.push(await ask(`${pods[n % pods.length]!.url}${paths[turn % paths.length]!}`));
      await sleep(5);
    }
  });
  return {
    seen,
    async stop() {
      over.abort();
      await Promise.all(clients);
    },
  };
}

/** Calls for a cold key that every process is asked for at once. */
export async function callsOfHerd(cluster: Pods): Promise<number> {
  const since = freshSince();
  const seen = await herd(cluster, `/octocat?per_page=1&since=${since}`, 2 * cluster.pods.length);
  expect(seen.map(({ status }) => status)).toEqual(seen.map(() => 200));
  return (await standIn({ github: cluster.github }).calls(bySince(since))).length;
}

/** Waits until one call is made for each of many cold keys: every process is connected to every server. */
export async function untilShared(cluster: Pods, timeout: number): Promise<void> {
  await expect
    .poll(
      async () => {
        const calls = [];
        for (let key = 0; key < 10; key += 1) calls.push(await callsOfHerd(cluster));
        return Math.max(...calls);
      },
      { timeout },
    )
    .toBe(1);
}

/** Calls of a key that came while the entry of the call before was still fresh. */
export async function extraCalls(cluster: Pods, since: string, lifetime: number): Promise<number> {
  const times = (await standIn({ github: cluster.github }).calls(bySince(since)))
    .map(({ time }) => time)
    .toSorted((a, b) => a - b);
  return times.filter((at, index) => index > 0 && at - times[index - 1]! < (lifetime - 0.5) * 1000).length;
}
