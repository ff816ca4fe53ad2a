import { createServer, type Server } from "node:http";
import type { Metrics } from "../../core/telemetry/metrics.ts";

/**
 * Serves only the metrics, on a separate port: Knative's queue-proxy would count a scrape as traffic and would not
 * scale a pod to zero.
 */
export function serveMetrics(metrics: Metrics, port: number, host: string | undefined): Server {
  const server = createServer(async (request, response) => {
    if (request.url?.split("?", 1)[0] !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    try {
      const { contentType, body } = await metrics.expose(request.headers.accept);
      response.writeHead(200, { "content-type": contentType, "cache-control": "no-store" }).end(body);
    } catch {
      // A rejection here would end the process; a failed scrape must not.
      response.writeHead(500).end();
    }
  });
  return server.listen(port, host);
}
