import { readFileSync } from "node:fs";
import { type OutgoingHttpHeaders, request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import type { Settings } from "./settings.ts";

/** A response, read to its end. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
}

interface Asked {
  /** A public name; undefined: the service's. */
  host?: string;
  method?: string;
  headers?: OutgoingHttpHeaders;
  /** Over HTTP, at the port for it. */
  plain?: boolean;
  /** Timeout in milliseconds. */
  timeout?: number;
}

/**
 * Connects to the gateway by its address: no resolver has to know the domain. TLS is verified with the cluster's own
 * certificate authority and no other.
 */
export function createClient({ gateway, domain }: Pick<Settings, "gateway" | "domain">, ca: string) {
  const agent = new Agent({ keepAlive: true, ca: readFileSync(ca) });
  const serviceHost = `gists.${domain}`;

  function ask(path: string, { host = serviceHost, method = "GET", headers, plain, timeout = 60_000 }: Asked = {}) {
    const port = plain ? gateway.http : gateway.https;
    const authority = port === (plain ? 80 : 443) ? host : `${host}:${port}`;
    const options = { host: gateway.host, port, path, method, headers: { host: authority, ...headers }, timeout };
    return new Promise<Answer>((resolve, reject) => {
      const asked = plain ? plainRequest(options) : request({ ...options, agent, servername: host });
      asked.on("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
        response.on("error", reject);
      });
      asked.on("timeout", () => asked.destroy(new Error(`no response within ${timeout} ms`)));
      asked.on("error", reject);
      asked.end();
    });
  }
  return { ask, close: () => agent.destroy() };
}

export type GatewayClient = ReturnType<typeof createClient>;
