import { createRoute, z } from "@hono/zod-openapi";
import { type Mount, serveAt } from "./mount.ts";
import { errorResponses, serviceHeaders } from "./responses.ts";

const route = createRoute({
  method: "get",
  path: "/metrics",
  operationId: "getMetrics",
  summary: "Metrics of this process",
  description:
    "Prometheus text by default, OpenMetrics where `Accept` prefers it. On Workers the figures are those of one isolate: `edge_gists_build_info` says so in its label `scope`.",
  tags: ["service"],
  responses: {
    200: {
      description: "The exposition.",
      headers: serviceHeaders,
      content: {
        "text/plain": { schema: z.string() },
        "application/openmetrics-text": { schema: z.string() },
      },
    },
    ...errorResponses([400, 405, 413, 414]),
  },
});

export const mountMetrics: Mount = (app, { ports }, respond) => {
  serveAt(app, route.path, () =>
    app.openapi(route, async (c) => {
      const { contentType, body } = await ports.metrics.expose(c.req.header("accept"));
      return respond.local(c, 200, body, { "content-type": contentType, "cache-control": "no-store" }) as never;
    }),
  );
};
