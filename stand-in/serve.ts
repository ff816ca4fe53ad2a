import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { GitHub } from "./github.ts";

/** A stand-in that listens. */
export type Served = {
  readonly port: number;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Stops, and drops the connections that are still open. */
  close(): Promise<void>;
};

/** Serves a stand-in over HTTP; port 0 takes any that is free. */
export async function serveGitHub(github: GitHub, port = 0, hostname = "127.0.0.1"): Promise<Served> {
  const listener = getRequestListener(github.app.fetch, {
    overrideGlobalObjects: false,
    // A client that went away while a fault kept it waiting is not an error.
    errorHandler: () => new Response(null, { status: 500 }),
  });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  await listen(server, port, hostname);
  const { port: taken } = server.address() as AddressInfo;
  let reopening: NodeJS.Timeout | undefined;
  function refuse(ms: number): void {
    clearTimeout(reopening);
    server.close();
    server.closeAllConnections();
    reopening = setTimeout(() => void listen(server, taken, hostname), ms);
  }
  github.onRefuse.add(refuse);
  return {
    port: taken,
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname === "0.0.0.0" ? "127.0.0.1" : hostname}:${taken}`,
    close: () =>
      new Promise((resolve) => {
        clearTimeout(reopening);
        github.onRefuse.delete(refuse);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, resolve);
  });
}
