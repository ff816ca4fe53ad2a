import type { Peer } from "../../core/model.ts";
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { App } from "../../core/app.ts";
import { noHost } from "../../core/http/origin.ts";
import { toClientIp } from "./client-ip.ts";
import type { Sending } from "./sending.ts";

export type IsTrusted = (address: string | undefined) => boolean;

/**
 * Node's requests as Web ones, for all requests that the fast path does not know. Loads Request, Response and fetch,
 * which Node does on demand.
 */
export function createListener(
  app: App,
  isTrusted: IsTrusted,
  sending: Sending,
): (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void> {
  return async (incoming, outgoing) => {
    // The parser has refused the bytes after the head, and has responded.
    if (incoming.socket.destroyed) return;
    const client = toClientIp(incoming, isTrusted);
    const peer: Peer = {
      trusted: isTrusted(incoming.socket.remoteAddress),
      ...(client !== undefined && { client }),
      ...(incoming.url !== undefined && { rawTarget: incoming.url }),
    };
    const refuse = () => app.fetch(toStandIn(incoming), { ...peer, malformed: true });
    // The server as a whole has the methods of each of its resources (RFC 9110 section 9.3.7).
    if (incoming.url === "*" && incoming.method === "OPTIONS") incoming.url = "/";
    const listen = getRequestListener(
      async (request) => {
        const response = await (hidesBadHost(incoming) ? refuse() : app.fetch(request, peer));
        sending.adopt(response.body, outgoing);
        return response;
      },
      { overrideGlobalObjects: false, hostname: noHost, errorHandler: refuse },
    );
    await listen(incoming, outgoing);
  };
}

/** True for a Host field that names no host. It was not checked if the target is a whole URL. */
function hidesBadHost({ url, headers: { host = "" } }: IncomingMessage): boolean {
  return !url?.startsWith("/") && host !== "" && !URL.canParse(`http://${host}`);
}

/** The URL of a request whose target and Host make no URL. */
function toStandIn({ method = "GET" }: IncomingMessage): Request {
  return new Request(`http://${noHost}/`, { method: /^(?:CONNECT|TRACE|TRACK)$/.test(method) ? "GET" : method });
}
