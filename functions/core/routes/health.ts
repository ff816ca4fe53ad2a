import { EdgeError } from "../errors.ts";
import { lives, ready } from "./bodies.ts";
import { healthPath, toHealth } from "./health-response.ts";
import { serveUnobserved } from "./mount.ts";
import { defineOperation } from "./operation.ts";
import { documented, errorResponses, serviceHeaders } from "./responses.ts";

export const health = defineOperation(
  {
    path: healthPath,
    ...documented({
      operationId: "getHealth",
      summary: "Liveness of the process",
      description: "Independent of GitHub and of every other dependency.",
      tags: ["service"],
      responses: {
        200: {
          description: "It lives.",
          headers: serviceHeaders,
          content: {
            "application/json": {
              schema: lives,
            },
          },
        },
        ...errorResponses([400, 405, 413, 414]),
      },
    }),
  },
  ({ ports }, respond) =>
    (c) =>
      respond.json(c, 200, toHealth(ports.build)),
  serveUnobserved,
);

export const readiness = defineOperation(
  {
    path: "/health/ready",
    ...documented({
      operationId: "getReadiness",
      summary: "Readiness of the process",
      description: "Fails before the server listens and while it drains.",
      tags: ["service"],
      responses: {
        200: {
          description: "The process accepts requests.",
          headers: serviceHeaders,
          content: { "application/json": { schema: ready } },
        },
        ...errorResponses([400, 405, 413, 414, 503]),
      },
    }),
  },
  ({ ports }, respond) =>
    (c) => {
      if (!ports.isReady()) throw new EdgeError("service-unavailable", "This process is starting or draining");
      return respond.json(c, 200, { status: "ready" });
    },
  serveUnobserved,
);
