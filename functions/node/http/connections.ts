import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface ConnectionsOptions {
  /** Maximum number of open connections. */
  max: number;
  /** Called when a connection was closed because of the limit. */
  onCut: () => void;
}

export interface Connections {
  count: () => number;
  open: () => Iterable<Socket>;
  /** True if every response on this connection was sent. */
  isIdle: (socket: Socket) => boolean;
  /** From now on, responses that have not begun announce that their connection closes. */
  announceClose: () => void;
}

/**
 * Limits the number of a server's connections. At the limit, a new connection closes one that never sent a request, else
 * the one that has been idle longest. If all have a request in flight, the new one is closed.
 */
export function createConnections(server: Server, { max, onCut }: ConnectionsOptions): Connections {
  // The last response of each connection, which may close only after it. In the order of their last requests, if there
  // are many connections.
  const latest = new Map<Socket, ServerResponse | undefined>();
  let isClosing = false;

  function isIdle(socket: Socket): boolean {
    return latest.get(socket)?.writableFinished ?? true;
  }

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
    // Each pipelined response listens for the end of the connection: Node warns of more than ten.
    socket.setMaxListeners(0);
    socket.once("close", () => latest.delete(socket));
  });
  // Before the server's own listener: that may respond at once, and then it is too late to set the field.
  server.prependListener("request", (request, response) => {
    if (latest.size > max / 2) latest.delete(request.socket);
    latest.set(request.socket, response);
    if (isClosing) response.shouldKeepAlive = false;
  });

  return {
    count: () => latest.size,
    open: () => latest.keys(),
    isIdle,
    announceClose() {
      isClosing = true;
      for (const response of latest.values()) if (response) response.shouldKeepAlive = false;
    },
  };
}
