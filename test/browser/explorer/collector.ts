import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** The part of Faro's payload that tests look at (https://grafana.com/docs/alloy/latest/reference/components/faro/faro.receiver/). */
export interface FaroPayload {
  meta?: { app?: { name?: string }; page?: { url?: string; id?: string } };
  measurements?: {
    type: string;
    values: Record<string, number>;
    context?: Record<string, string>;
    trace?: { trace_id: string };
  }[];
  exceptions?: { value: string }[];
  traces?: { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] };
}

interface Span {
  traceId: string;
  spanId: string;
  name: string;
}

export interface Collector {
  /** The address of the page's reports. */
  url: string;
  origin: string;
  payloads: FaroPayload[];
  /** All spans that came so far. */
  spans: () => Span[];
  close: () => Promise<void>;
}

/** A collector on a separate origin, which responds to browsers like Alloy's `faro.receiver`. */
export async function startCollector(): Promise<Collector> {
  const payloads: FaroPayload[] = [];
  const server = createServer((request, response) => {
    const cors = {
      "access-control-allow-origin": "*",
      "access-control-allow-headers": request.headers["access-control-request-headers"] ?? "*",
    };
    if (request.method === "OPTIONS") {
      response.writeHead(204, cors).end();
      return;
    }
    void read(request).then((text) => {
      payloads.push(JSON.parse(text) as FaroPayload);
      response.writeHead(202, cors).end();
      return undefined;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/collect`,
    origin,
    payloads,
    spans: () =>
      payloads.flatMap(({ traces }) =>
        (traces?.resourceSpans ?? []).flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
      ),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function read(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
