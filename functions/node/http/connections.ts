import type { Server, ServerResponse } from "node:http";
import { Server as NetServer, type Socket } from "node:net";

/**
 * How long a connection may be idle before a drain closes it, in milliseconds: its client was told that it stays open,
 * and what it sent in that belief must have arrived by then.
 */
const linger = 1000;

/** Pause between looks at what has become idle, in milliseconds. */
const pause = 50;

export interface ConnectionsOptions {
  /** Most of them at once. */
  max: number;
  /** Told when a connection was ended in favour of a new one. */
  onCut: () => void;
}

/**
 * A server's connections: bounded, and ended without failing a request. Where there are too many, one that
 * has never asked makes room, else the one that has been idle longest.
 */
export function createConnections(server: Server, { max, onCut }: ConnectionsOptions) {
  // Of each connection the last answer begun: only behind that may it close. The longest without a request come first, once
  // there are many.
  const latest = new Map<Socket, ServerResponse | undefined>();
  let draining = false;

  function isIdle(socket: Socket): boolean {
    return latest.get(socket)?.writableFinished ?? true;
  }

  /** One that has never asked, else the one that has been idle longest. */
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
  // First of the listeners: the server's own may answer at once, and then it is too late to say so.
  server.prependListener("request", (request, response) => {
    if (latest.size > max / 2) latest.delete(request.socket);
    latest.set(request.socket, response);
    if (draining) response.shouldKeepAlive = false;
  });

  return {
    count: () => latest.size,

    /**
     * Takes no new connections; answers in flight, and those to what still comes over an open connection, tell that it
     * closes; a connection that stays idle is closed; what is left after the grace is cut.
     * @param grace in milliseconds
     */
    async drain(grace: number): Promise<void> {
      draining = true;
      for (const response of latest.values()) if (response) response.shouldKeepAlive = false;
      // The close() of node:http ends idle connections at once, and with them requests that are on their way.
      const closed = new Promise<void>((resolve) => NetServer.prototype.close.call(server, () => resolve()));
      /** Since when nothing has come over a connection that is idle. */
      const still = new Map<Socket, { since: number; bytesRead: number }>();
      function sweep(): void {
        const now = performance.now();
        for (const socket of latest.keys()) {
          const known = still.get(socket);
          // Node's own closeIdleConnections() takes an answer for sent once it was handed over.
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
