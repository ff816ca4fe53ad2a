import type { Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

/**
 * How long a connection may be idle before a drain closes it, in milliseconds: its client was told that it stays open,
 * and what it sent in that belief must have arrived by then.
 */
const linger = 1000;

/**
 * Makes a server able to stop without failing a request: no new connections; answers in flight, and those to what still
 * comes over an open connection, tell that it closes; a connection that stays idle is closed; what is left after the
 * grace is cut.
 * @returns stops the server; `grace` in milliseconds
 */
export function createDrain(server: Server): (grace: number) => Promise<void> {
  // Of each connection the last answer begun: only behind that may it close.
  const latest = new Map<Socket, ServerResponse>();
  let draining = false;
  server.on("connection", (socket) => socket.once("close", () => latest.delete(socket)));
  // First of the listeners: the server's own may answer at once, and then it is too late to say so.
  server.prependListener("request", (request, response) => {
    latest.set(request.socket, response);
    if (draining) response.shouldKeepAlive = false;
  });

  return async function drain(grace) {
    draining = true;
    for (const response of latest.values()) response.shouldKeepAlive = false;
    // The close() of node:http ends idle connections at once, and with them requests that are on their way.
    const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
    let sweep: NodeJS.Timeout | undefined;
    const lingered = setTimeout(() => {
      server.closeIdleConnections();
      // Those that become idle later.
      sweep = setInterval(() => server.closeIdleConnections(), 50);
    }, linger);
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    for (const timer of [lingered, sweep, cut]) clearTimeout(timer);
  };
}
