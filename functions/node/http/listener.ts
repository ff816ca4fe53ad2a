import type { Peer } from "../../core/model.ts";
import type { IncomingMessage, OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { App } from "../../core/app.ts";
import { noHost } from "../../core/http/origin.ts";
import { toClientIp } from "./client-ip.ts";
import { spellFields } from "./field-names.ts";
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
    spellNames(outgoing);
    await listen(incoming, outgoing);
  };
}

/** Has a response spell the names of its fields as GitHub does: those of a Headers object are in lower case. */
function spellNames(outgoing: ServerResponse): void {
  const { writeHead } = outgoing;
  outgoing.writeHead = function spelled(this: ServerResponse, status: number, fields: OutgoingHttpHeaders = {}) {
    return writeHead.call(this, status, spellFields(fields) as OutgoingHttpHeader[]);
  } as ServerResponse["writeHead"];
}

/** True of a Host field that names no host, and that a target which is a whole URL has kept from being looked at. */
function hidesBadHost({ url, headers: { host = "" } }: IncomingMessage): boolean {
  return !url?.startsWith("/") && host !== "" && !URL.canParse(`http://${host}`);
}

/** The URL of a request whose target and Host make no URL. */
function toStandIn({ method = "GET" }: IncomingMessage): Request {
  return new Request(`http://${noHost}/`, { method: /^(?:CONNECT|TRACE|TRACK)$/.test(method) ? "GET" : method });
}
