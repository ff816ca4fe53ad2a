import { settleShared, takeShared } from "../../functions/core/github/memory-limits.ts";

/**
 * GitHub's limits as the pods share them. Each operation is atomic, at the time when it reaches the tier.
 * @param {{ clock: object, latency: number }} options latency: ms in one direction
 */
export function createSharedLimits({ clock, latency }) {
  const accounts = new Map();
  /** What came over a connection shares no object with its sender. */
  const command = (operation) => async (request) => {
    await clock.sleep(latency);
    const reply = structuredClone(operation(accounts, structuredClone(request), clock.now()));
    await clock.sleep(latency);
    return reply;
  };
  return { take: command(takeShared), settle: command(settleShared) };
}
