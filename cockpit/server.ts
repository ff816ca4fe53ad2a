import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { bundlePage } from "./bundle.ts";
import { createCockpit, type CockpitOptions, Refusal } from "./cockpit.ts";
import { fields, guard } from "./guard.ts";

/** How often a page is told how things are, in milliseconds. */
const pace = 250;

/** Largest body of an action, in characters. */
const mostText = 2000;

/** A cockpit that listens, on loopback only. */
export interface ServedCockpit {
  port: number;
  url: string;
  close(): Promise<void>;
}

/** Serves the cockpit; port 0 takes any that is free. */
export async function serveCockpit(options: CockpitOptions, port = 0): Promise<ServedCockpit> {
  const files = await bundlePage();
  let taken = port;
  const cockpit = createCockpit(options);
  const app = new Hono()
    .use(
      fields,
      guard(() => taken),
    )
    .get("/setting", (c) => c.json(cockpit.setting()))
    .get("/state", (c) => c.json(cockpit.state()))
    .get("/live", (c) =>
      streamSSE(c, async (stream) => {
        while (!stream.aborted) {
          await stream.writeSSE({ data: JSON.stringify(cockpit.state()) });
          await stream.sleep(pace);
        }
      }),
    )
    .post("/do/:name", async (c) => {
      const text = await c.req.text();
      if (text.length > mostText) return c.text("Too long.", 413);
      try {
        await cockpit.do(c.req.param("name"), JSON.parse(text));
        return c.json({ done: true });
      } catch (error) {
        if (error instanceof Refusal || error instanceof SyntaxError) return c.json({ message: error.message }, 422);
        throw error;
      }
    })
    .get("/:name?", (c) => {
      const file = files.get(c.req.param("name") ?? "index.html");
      return file ? c.body(file.body, 200, { "content-type": file.type }) : c.text("Not found", 404);
    })
    .onError((error, c) => c.json({ message: error.message }, 502));

  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  taken = (server.address() as AddressInfo).port;
  return {
    port: taken,
    url: `http://127.0.0.1:${taken}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await cockpit.close();
    },
  };
}
