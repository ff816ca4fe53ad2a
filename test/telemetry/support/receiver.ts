import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { decodeSpans, type Span } from "./decode.ts";

/** Its behaviour: it accepts requests, responds with an error, never responds, or closes the connection. */
export type Manner = "accept" | "hang" | "reset" | { status: number };

/** A receiver of OTLP over HTTP, protobuf only. */
export interface Receiver {
  /** Its origin: the value of OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  /** Every request so far, whatever its result. */
  readonly requests: { path: string; headers: IncomingHttpHeaders; bytes: Buffer }[];
  /** Every span that it took. */
  readonly spans: Span[];
  behave(manner: Manner): void;
  close(): Promise<void>;
}

/** Starts one on a free port, over TLS if it has a certificate. */
export async function startReceiver(tls?: ServerOptions): Promise<Receiver> {
  const requests: Receiver["requests"] = [];
  const spans: Span[] = [];
  const hanging = new Set<ServerResponse>();
  let manner: Manner = "accept";

  async function answer(request: IncomingMessage, response: ServerResponse) {
    const sent = await buffer(request).catch(() => Buffer.alloc(0));
    const bytes = request.headers["content-encoding"] === "gzip" ? gunzipSync(sent) : sent;
    requests.push({ path: request.url ?? "", headers: request.headers, bytes });
    if (manner === "hang") return hanging.add(response);
    if (manner === "reset") return request.destroy();
    if (manner !== "accept") return response.writeHead(manner.status).end();
    if (request.method !== "POST" || request.headers["content-type"] !== "application/x-protobuf") {
      return response.writeHead(415).end();
    }
    spans.push(...decodeSpans(bytes));
    // An ExportTraceServiceResponse without fields is no byte long.
    return response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
  }
  const server = tls ? createTlsServer(tls, answer) : createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;

  return {
    url: `http${tls ? "s" : ""}://127.0.0.1:${port}`,
    requests,
    spans,
    behave(next) {
      manner = next;
      for (const response of hanging) response.destroy();
      hanging.clear();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
