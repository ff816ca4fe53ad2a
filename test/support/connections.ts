import { Agent, createServer, get, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type Connections, createConnections } from "../../functions/node/http/connections.ts";
import { drain as drainServer } from "../../functions/node/http/drain.ts";

const connectionsOf = new WeakMap<Server, Connections>();

/** Drains a server of `serve`. */
export function drain(server: Server, grace: number): Promise<void> {
  return drainServer(server, connectionsOf.get(server)!, grace);
}

/** A server with limited connections, until the end of the test. */
export async function serve(listener: RequestListener, max = 100, onCut = (): void => undefined): Promise<Server> {
  const server = createServer(listener);
  connectionsOf.set(server, createConnections(server, { max, onCut }));
  onTestFinished(() => server.close().closeAllConnections());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** A client with one keep-alive connection. */
export function createAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** One request; resolves with the body of the whole response, rejects if the connection ends before. */
export function ask(server: Server, agent: Agent): Promise<string> {
  const { port } = server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ port, host: "127.0.0.1", agent }, (answer: IncomingMessage) => {
      let body = "";
      answer.setEncoding("utf8").on("data", (text: string) => (body += text));
      answer.on("end", () => resolve(body));
      answer.on("error", reject);
    }).on("error", reject);
  });
}
