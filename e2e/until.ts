import { setTimeout as sleep } from "node:timers/promises";

/**
 * Retries until a condition holds.
 * @param seconds timeout
 * @throws Error with the last try's message
 */
export async function until<T>(
  what: string,
  seconds: number,
  tries: () => Promise<T | undefined>,
  pause = 500,
): Promise<T> {
  let last = "";
  for (const deadline = Date.now() + seconds * 1000; Date.now() < deadline; await sleep(pause)) {
    try {
      const found = await tries();
      if (found !== undefined) return found;
    } catch (error) {
      last = `: ${(error as Error).message}`;
    }
  }
  throw new Error(`${what}: not within ${seconds} s${last}`);
}
