import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Makes a server able to stop without failing a request: no new connections, answers in flight are finished
 * and tell that their connection closes, since a client that used it again would be cut off; what is left
 * after the grace is cut.
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
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Node closes idle keep-alive connections once, at close(): those that become idle later are closed here.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  };
}
