import { Agent, request } from "undici";
import { parseCacheStatus } from "../functions/web/edge/cache-status.ts";
import type { Outcome } from "./model.ts";
import type { Tally } from "./tally.ts";

/** Requests of steady traffic that may wait at a time: more are left out, so that a hanging server is not flooded. */
const mostWaiting = 300;

/** Longer than the service takes for any response. */
const patience = 30_000;

/** Clients of one runtime: each request is real, and its response is read to the end. */
export function createClients(url: string, tally: Tally) {
  const dispatcher = new Agent({ connections: 128, headersTimeout: patience, bodyTimeout: patience });
  let timer: NodeJS.Timeout | undefined;

  /** One request. */
  async function ask(path: string): Promise<{ outcome: Outcome; took: number }> {
    const end = tally.begin();
    const from = performance.now();
    const outcome = await read(path);
    const took = performance.now() - from;
    end(outcome, took);
    return { outcome, took };
  }

  async function read(path: string): Promise<Outcome> {
    try {
      const { statusCode, headers, body } = await request(`${url}${path}`, {
        dispatcher,
        headers: { "user-agent": "edge-gists-cockpit" },
      });
      await body.arrayBuffer();
      const status = headers["cache-status"];
      const handling = parseCacheStatus(typeof status === "string" ? status : null)?.handling;
      return statusCode === 200 && handling !== undefined ? handling : "FAILED";
    } catch {
      return "FAILED";
    }
  }

  return {
    /** All at once, shared among the paths. */
    send: (paths: readonly string[], clients: number) =>
      Promise.all(Array.from({ length: clients }, (_, index) => ask(paths[index % paths.length] ?? "/"))),

    /** So many requests a second from now on, instead of those before. */
    traffic(paths: readonly string[], rate: number): void {
      clearInterval(timer);
      let count = 0;
      if (rate > 0)
        timer = setInterval(() => {
          if (tally.waiting() < mostWaiting) void ask(paths[count++ % paths.length] ?? "/");
        }, 1000 / rate);
    },

    /** Drops what the server has in its cache for these paths. @returns whether it did */
    async purge(paths: readonly string[], token: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${token}` };
      const responses = await Promise.all(
        paths.map(async (path) => {
          const { statusCode, body } = await request(`${url}${path}`, { dispatcher, method: "DELETE", headers });
          await body.dump();
          return statusCode === 204;
        }),
      );
      return responses.every(Boolean);
    },

    async close(): Promise<void> {
      clearInterval(timer);
      await dispatcher.destroy();
    },
  };
}

export type Clients = ReturnType<typeof createClients>;
