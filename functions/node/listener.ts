import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { App } from "../core/app.ts";
import { clientOf } from "./client.ts";
import type { Sending } from "./sending.ts";

export type IsTrusted = (address: string | undefined) => boolean;

/** Node's requests as Web ones, for all that is not hot. Loads Request, Response and fetch, which Node does on demand. */
export function createListener(
  app: App,
  isTrusted: IsTrusted,
  sending: Sending,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return getRequestListener(
    async (request, env) => {
      const { incoming, outgoing } = env as { incoming: IncomingMessage; outgoing: ServerResponse };
      const client = clientOf(incoming, isTrusted);
      const response = await app.fetch(request, {
        trusted: isTrusted(incoming.socket.remoteAddress),
        ...(client !== undefined && { client }),
        ...(incoming.url !== undefined && { rawTarget: incoming.url }),
      });
      sending.adopt(response.body, outgoing);
      return response;
    },
    { overrideGlobalObjects: false },
  );
}
