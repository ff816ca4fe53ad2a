import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the ports that systems give to connections, and to servers on port 0. */
const [least, most] = [20_000, 32_000];

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** A loopback port that is free now. A server that closes it can listen on it again later: no other gets it by chance. */
export async function freePort(): Promise<number> {
  const port = randomInt(least, most);
  return (await isFree(port)) ? port : freePort();
}
