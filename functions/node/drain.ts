import type { Server, ServerResponse } from "node:http";

/**
 * Makes a server able to stop without failing a request: no new connections, answers in flight are finished
 * and tell that their connection closes, since a client that used it again would be cut off; what is left
 * after the grace is cut.
 * @returns stops the server; `grace` in milliseconds
 */
export function createDrain(server: Server): (grace: number) => Promise<void> {
  const open = new Set<ServerResponse>();
  let draining = false;
  // First of the listeners: the server's own may answer at once, and then it is too late for a header.
  server.prependListener("request", (_request, response) => {
    open.add(response);
    response.once("close", () => open.delete(response));
    if (draining) response.setHeader("connection", "close");
  });

  return async function drain(grace) {
    draining = true;
    for (const response of open) if (!response.headersSent) response.setHeader("connection", "close");
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    // Node closes idle keep-alive connections once, at close(): those that become idle later are closed here.
    const sweep = setInterval(() => server.closeIdleConnections(), 50);
    const cut = setTimeout(() => server.closeAllConnections(), grace);
    await closed;
    clearInterval(sweep);
    clearTimeout(cut);
  };
}
