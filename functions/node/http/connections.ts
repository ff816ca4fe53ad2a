import type { Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

/**
 * How long a connection may be idle before a drain closes it, in milliseconds. Its client was told that it stays open:
 * requests that the client has already sent must have arrived by then.
 */
const linger = 1000;

/** Interval between checks for idle connections, in milliseconds. */
const pause = 50;

export interface ConnectionsOptions {
  /** Maximum number of open connections. */
  max: number;
  /** Called when a connection was closed in favour of a new one. */
  onCut: () => void;
}

/**
 * A server's connections: limited in number, and closed without failing a request. At the limit, a connection that
 * never sent a request is closed, else the one that has been idle longest.
 */
export function createConnections(server: Server, { max, onCut }: ConnectionsOptions) {
  // The last response that each connection has begun: it may close only after that one. If there are many connections,
  // those that have gone longest without a request come first.
  const latest = new Map<Socket, ServerResponse | undefined>();
  let draining = false;

  function isIdle(socket: Socket): boolean {
    return latest.get(socket)?.writableFinished ?? true;
  }

  /** A connection that never sent a request, else the one that has been idle longest. */
  function findIdle(): Socket | undefined {
    let idle: Socket | undefined;
    for (const [socket, response] of latest) {
      if (response === undefined) return socket;
      idle ??= isIdle(socket) ? socket : undefined;
    }
    return idle;
  }

  server.on("connection", (socket) => {
    if (latest.size >= max) {
      const idle = findIdle();
      (idle ?? socket).destroy();
      onCut();
      if (!idle) return;
      latest.delete(idle);
    }
    latest.set(socket, undefined);
    socket.once("close", () => latest.delete(socket));
  });
  // First of the listeners: the server's own may respond at once, and then it is too late to set the field.
  server.prependListener("request", (request, response) => {
    if (latest.size > max / 2) latest.delete(request.socket);
    latest.set(request.socket, response);
    if (draining) response.shouldKeepAlive = false;
  });

  return {
    count: () => latest.size,

    /**
     * Accepts no new connections. Responses in flight, and those to requests that still arrive on an open connection,
     * announce that the connection closes. Idle connections are closed. The remaining ones are closed after the grace
     * period.
     * @param grace in milliseconds
     */
    async drain(grace: number): Promise<void> {
      draining = true;
      for (const response of latest.values()) if (response) response.shouldKeepAlive = false;
      // The close() of node:http ends idle connections at once, and with them requests in transit.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      /** Since when each idle connection has received nothing. */
      const still = new Map<Socket, { since: number; bytesRead: number }>();
      function sweep(): void {
        const now = performance.now();
        for (const socket of latest.keys()) {
          const known = still.get(socket);
          // Node's own closeIdleConnections() counts a response as sent once it was handed over.
          if (!isIdle(socket)) still.delete(socket);
          else if (known?.bytesRead !== socket.bytesRead)
            still.set(socket, { since: now, bytesRead: socket.bytesRead });
          else if (now - known.since >= linger) socket.destroy();
        }
      }
      sweep();
      const sweeping = setInterval(sweep, pause);
      const cut = setTimeout(() => server.closeAllConnections(), grace);
      await closed;
      clearInterval(sweeping);
      clearTimeout(cut);
    },
  };
}
