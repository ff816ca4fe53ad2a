import { createRoute, z } from "@hono/zod-openapi";
import { EdgeError } from "../errors.ts";
import { healthPath, toHealth } from "./health-response.ts";
import { type Mount, serveAt } from "./mount.ts";
import { errorResponses, serviceHeaders } from "./responses.ts";

const health = createRoute({
  method: "get",
  path: healthPath,
  operationId: "getHealth",
  summary: "Whether the process lives",
  description: "Never depends on GitHub or on any other part.",
  tags: ["service"],
  responses: {
    200: {
      description: "It lives.",
      headers: serviceHeaders,
      content: {
        "application/json": {
          schema: z.object({ status: z.literal("healthy"), version: z.string().openapi({ example: "0.1.0" }) }),
        },
      },
    },
    ...errorResponses([400, 405, 413, 414]),
  },
});

const ready = createRoute({
  method: "get",
  path: "/health/ready",
  operationId: "getReadiness",
  summary: "Whether the process takes requests",
  description: "Fails before the server listens and while it drains.",
  tags: ["service"],
  responses: {
    200: {
      description: "It takes requests.",
      headers: serviceHeaders,
      content: { "application/json": { schema: z.object({ status: z.literal("ready") }) } },
    },
    ...errorResponses([400, 405, 413, 414, 503]),
  },
});

export const mountHealth: Mount = (app, { ports }, respond) => {
  serveAt(app, health.path, () =>
    app.openapi(health, (c) => {
      return respond.json(c, 200, toHealth(ports.build)) as never;
    }),
  );
  serveAt(app, ready.path, () =>
    app.openapi(ready, (c) => {
      if (!ports.isReady()) throw new EdgeError("service-unavailable", "This process is starting or draining");
      return respond.json(c, 200, { status: "ready" }) as never;
    }),
  );
};
