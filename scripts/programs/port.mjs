import { once } from "node:events";
import { createServer } from "node:net";

/** Rejects with EADDRINUSE where a loopback port is taken. */
export async function expectFree(port) {
  const server = createServer().listen(port, "127.0.0.1");
  await once(server, "listening");
  server.close();
  await once(server, "close");
}
