import type { Server } from "node:http";
import { Server as NetServer, type Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import type { Connections } from "./connections.ts";

/**
 * Time for which a connection may be idle before the drain closes it, in milliseconds. Its client was told that it stays
 * open: requests that the client has already sent must have arrived by then.
 */
const linger = 1000;

/** Interval between checks for idle connections, in milliseconds. */
const pause = 50;

/** Longest time in which a drain accepts connections that clients have already opened, in milliseconds. */
const maxAccept = 1000;

/**
 * Accepts the connections that wait in the kernel's queue: closing the server would reset them, with their requests.
 * Node accepts one in each turn of the event loop.
 */
async function acceptQueued(server: Server, limit: number): Promise<void> {
  const end = performance.now() + limit;
  let quietTurns = 0;
  const onConnection = () => (quietTurns = 0);
  server.on("connection", onConnection);
  // The first turn may have ended its polling before the drain began.
  for (; quietTurns < 2 && performance.now() < end; quietTurns += 1) await turn();
  server.off("connection", onConnection);
}

/**
 * Closes a server without failing a request. It accepts no connections but those already opened. Responses in flight,
 * and those to requests that still arrive on an open connection, announce that the connection closes. Idle connections
 * are closed. The remaining ones are closed after the grace period.
 * @param grace in milliseconds
 */
export async function drain(server: Server, connections: Connections, grace: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  // Before any client is told to open another connection.
  await acceptQueued(server, Math.min(maxAccept, grace));
  connections.announceClose();
  // The close() of node:http ends idle connections at once, and with them requests in transit.
  const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
  /** Since when each idle connection has received nothing. */
  const still = new Map<Socket, { since: number; bytesRead: number }>();
  function sweep(): void {
    const now = performance.now();
    for (const socket of connections.open()) {
      const known = still.get(socket);
      // Node's own closeIdleConnections() counts a response as sent once it was handed over.
      if (!connections.isIdle(socket)) still.delete(socket);
      else if (known?.bytesRead !== socket.bytesRead) still.set(socket, { since: now, bytesRead: socket.bytesRead });
      else if (now - known.since >= linger) socket.destroy();
    }
  }
  sweep();
  const sweeping = setInterval(sweep, pause);
  await closed;
  clearInterval(sweeping);
  clearTimeout(cut);
}
