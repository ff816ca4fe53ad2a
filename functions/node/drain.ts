import type { Server } from "node:http";

/**
 * Stops a server without failing a request: no new connections, answers in flight are finished and their
 * connections closed; what is left after the grace is cut.
 * @param grace in milliseconds
 */
export async function drain(server: Server, grace: number): Promise<void> {
  // First of the listeners: the server's own may answer at once, and then it is too late for a header.
  server.prependListener("request", (_request, response) => response.setHeader("connection", "close"));
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Node closes idle keep-alive connections once, at close(): those that become idle later are closed here.
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), grace);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
