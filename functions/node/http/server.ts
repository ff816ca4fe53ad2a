import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { App } from "../../core/app.ts";
import { createHeaderWriter } from "./header-writer.ts";
import type { IsTrusted } from "./listener.ts";
import type { Sending } from "./sending.ts";
import type { NodeConfig } from "../config.ts";

export type Timeouts = Pick<NodeConfig, "KEEP_ALIVE_TIMEOUT_MS" | "HEADERS_TIMEOUT_MS" | "REQUEST_TIMEOUT_MS">;

/**
 * A server of the app. Requests that the fast path knows are written directly to the socket; all others go through
 * Hono.
 */
export function serve(app: App, isTrusted: IsTrusted, sending: Sending, timeouts: Timeouts): Server {
  const requestTimeout = timeouts.REQUEST_TIMEOUT_MS;
  // Node refuses a timeout for the head that is longer than that for the whole request.
  const headersTimeout = Math.min(timeouts.HEADERS_TIMEOUT_MS, requestTimeout);
  const options = {
    keepAliveTimeout: timeouts.KEEP_ALIVE_TIMEOUT_MS,
    headersTimeout,
    requestTimeout,
    // Interval in which Node checks both timeouts.
    connectionsCheckingInterval: Math.min(headersTimeout, 10_000),
    // Two Host fields are joined to an invalid host and refused, as RFC 9112 section 3.2 demands, at no cost for other
    // requests.
    joinDuplicateHeaders: true,
  };
  let listener: Promise<ReturnType<typeof import("./listener.ts").createListener>> | undefined;
  const server = createServer(options, (request, response) => {
    if (tryFastPath(app, isTrusted, sending, writeHead, request, response)) return;
    listener ??= import("./listener.ts").then(({ createListener }) => createListener(app, isTrusted, sending));
    void listener.then((listen) => listen(request, response)).then(() => sending.watch(response));
  });
  const writeHead = createHeaderWriter(server);
  // Node would close the connection without a response (RFC 9110 section 15.5.6).
  server.on("connect", (_request, socket) => {
    const fields = "Allow: GET, HEAD, OPTIONS\r\nContent-Length: 0\r\nConnection: close";
    socket.end(`HTTP/1.1 405 Method Not Allowed\r\n${fields}\r\n\r\n`);
  });
  return server;
}

/** True if the fast path has responded. */
function tryFastPath(
  app: App,
  isTrusted: IsTrusted,
  sending: Sending,
  writeHead: ReturnType<typeof createHeaderWriter>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { headers } = request;
  const fast = app.fastPath({
    method: request.method ?? "",
    target: request.url ?? "",
    get: (name) => (headers[name] as string | undefined) ?? null,
    peer: { trusted: isTrusted(request.socket.remoteAddress) },
  });
  if (!fast) return false;
  writeHead(response, fast);
  sending.end(response, fast.body);
  return true;
}
