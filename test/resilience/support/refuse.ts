import { connect } from "node:net";
import { expect } from "vitest";
import type { Service } from "../../contract/support/service.ts";
import { standIn } from "../../contract/support/stand-in.ts";

/** How long nothing listens: more than the work takes, in milliseconds. */
const closedFor = 1500;

/** True if a connection succeeds. */
function accepts(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

/** Does something while nothing listens at GitHub's address, and comes back once something does again. */
export async function refuseWhile(service: Pick<Service, "github">, work: () => Promise<void>): Promise<void> {
  await standIn(service).refuse(closedFor);
  await expect.poll(() => accepts(service.github), { interval: 5 }).toBe(false);
  try {
    await work();
    expect(await accepts(service.github), "still closed").toBe(false);
  } finally {
    await expect.poll(() => accepts(service.github), { timeout: 5000, interval: 50 }).toBe(true);
  }
}
