import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks again until something is so.
 * @param seconds longest wait
 * @throws Error with what the last try said
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
