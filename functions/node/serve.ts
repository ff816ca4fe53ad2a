import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { App } from "../core/app.ts";
import type { IsTrusted } from "./listener.ts";

/** A server of the app: what is hot is written straight from the parser to the socket, all else goes through Hono. */
export function serve(app: App, isTrusted: IsTrusted): Server {
  let listener: Promise<ReturnType<typeof import("./listener.ts").createListener>> | undefined;
  return createServer((request, response) => {
    if (answerHot(app, isTrusted, request, response)) return;
    listener ??= import("./listener.ts").then(({ createListener }) => createListener(app, isTrusted));
    void listener.then((listen) => listen(request, response));
  });
}

/** True where the request is answered. */
function answerHot(app: App, isTrusted: IsTrusted, request: IncomingMessage, response: ServerResponse): boolean {
  const { headers } = request;
  const answer = app.hot({
    method: request.method ?? "",
    target: request.url ?? "",
    get: (name) => (headers[name] as string | undefined) ?? null,
    peer: { trusted: isTrusted(request.socket.remoteAddress) },
  });
  if (!answer) return false;
  response.writeHead(answer.status, answer.fields);
  response.end(answer.body);
  return true;
}
