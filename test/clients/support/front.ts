import { once } from "node:events";
import { Agent, createServer as createPlain, request, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

/** A request of a client, as it was sent. */
export interface Seen {
  method: string;
  /** The request's target: path and query. */
  target: string;
  headers: IncomingMessage["headers"];
  /** 0 without a response. */
  status: number;
}

/** Stands before an instance of the service and writes down what clients ask of it; both directions pass unchanged. */
export interface Front {
  url: string;
  /** The responses so far, oldest first. */
  seen: readonly Seen[];
  /** Passes on to that origin from now on. */
  lead: (origin: string) => void;
  close: () => Promise<void>;
}

/** Listens on a loopback port before there is an instance: its links name the port. With TLS the name is `localhost`. */
export async function startFront(tls?: { key: string; cert: string }): Promise<Front> {
  const seen: Seen[] = [];
  const agent = new Agent({ keepAlive: true });
  let to: URL | undefined;

  function pass(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = "", url = "", headers, rawHeaders } = incoming;
    const entry: Seen = { method, target: url, headers, status: 0 };
    seen.push(entry);
    // Raw, so that names keep their spelling.
    const upstream = request({ agent, host: to?.hostname, port: to?.port, method, path: url, headers: rawHeaders });
    upstream.once("response", (answer) => {
      entry.status = answer.statusCode ?? 0;
      outgoing.writeHead(entry.status, answer.rawHeaders);
      pipeline(answer, outgoing, () => undefined);
    });
    upstream.once("error", () => outgoing.destroy());
    incoming.pipe(upstream);
  }

  const server = tls ? createTls(tls, pass) : createPlain(pass);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    seen,
    lead: (origin) => void (to = new URL(origin)),
    async close() {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
