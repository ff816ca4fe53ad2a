import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { App } from "../core/app.ts";
import { clientOf } from "./client.ts";

type IsTrusted = (address: string | undefined) => boolean;

/** A server of the app: what is hot is written straight from the parser to the socket, all else goes through Hono. */
export function serve(app: App, isTrusted: IsTrusted): Server {
  const listener = getRequestListener(
    (request, env) => {
      const { incoming } = env as { incoming: IncomingMessage };
      const client = clientOf(incoming, isTrusted);
      return app.fetch(request, {
        trusted: isTrusted(incoming.socket.remoteAddress),
        ...(client !== undefined && { client }),
        ...(incoming.url !== undefined && { rawTarget: incoming.url }),
      });
    },
    { overrideGlobalObjects: false },
  );
  return createServer((request, response) => {
    if (!answerHot(app, isTrusted, request, response)) void listener(request, response);
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
