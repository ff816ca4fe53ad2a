import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { App } from "../core/app.ts";
import { createHeadWriter } from "./head.ts";
import type { IsTrusted } from "./listener.ts";

/** A server of the app: what is hot is written straight from the parser to the socket, all else goes through Hono. */
export function serve(app: App, isTrusted: IsTrusted): Server {
  let listener: Promise<ReturnType<typeof import("./listener.ts").createListener>> | undefined;
  const server = createServer((request, response) => {
    if (answerHot(app, isTrusted, writeHead, request, response)) return;
    listener ??= import("./listener.ts").then(({ createListener }) => createListener(app, isTrusted));
    void listener.then((listen) => listen(request, response));
  });
  const writeHead = createHeadWriter(server);
  return server;
}

/** True where the request is answered. */
function answerHot(
  app: App,
  isTrusted: IsTrusted,
  writeHead: ReturnType<typeof createHeadWriter>,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const { headers } = request;
  const answer = app.hot({
    method: request.method ?? "",
    target: request.url ?? "",
    get: (name) => (headers[name] as string | undefined) ?? null,
    peer: { trusted: isTrusted(request.socket.remoteAddress) },
  });
  if (!answer) return false;
  writeHead(response, answer);
  response.end(answer.body);
  return true;
}
