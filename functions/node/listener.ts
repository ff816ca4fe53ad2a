import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { App } from "../core/app.ts";
import { clientOf } from "./client.ts";

export type IsTrusted = (address: string | undefined) => boolean;

/** Node's requests as Web ones, for all that is not hot. Loads Request, Response and fetch, which Node does on demand. */
export function createListener(
  app: App,
  isTrusted: IsTrusted,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
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
}
