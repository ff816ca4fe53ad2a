import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * The only proxy that clients know: whatever they ask of another host than this one is written down, and refused.
 * octocrab reads no such setting: what it asks elsewhere is missing from what the service was asked.
 */
export interface WayOut {
  /** The environment that leads clients here. */
  env: Record<string, string>;
  /** Host and port of each connection that was asked for. */
  asked: readonly string[];
  close: () => Promise<void>;
}

export async function startWayOut(): Promise<WayOut> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(502).end();
  });
  server.on("connect", (request, socket) => {
    asked.push(request.url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const own = "127.0.0.1,localhost";
  return {
    env: {
      // For HTTPS alone, as all of GitHub's URLs are: some clients take the one for HTTP for this machine too.
      HTTPS_PROXY: url,
      NO_PROXY: own,
      https_proxy: url,
      no_proxy: own,
      NODE_USE_ENV_PROXY: "1",
      // Java does not read the others.
      JAVA_TOOL_OPTIONS: `-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=${port}`,
    },
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
