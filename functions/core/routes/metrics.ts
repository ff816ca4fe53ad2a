import { exposition } from "./bodies.ts";
import { serveUnobserved } from "./mount.ts";
import { defineOperation } from "./operation.ts";
import { documented, errorResponses, serviceHeaders } from "./responses.ts";

export const metrics = defineOperation(
  {
    path: "/metrics",
    ...documented({
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
            "text/plain": { schema: exposition },
            "application/openmetrics-text": { schema: exposition },
          },
        },
        ...errorResponses([400, 405, 413, 414]),
      },
    }),
  },
  ({ ports }, respond) =>
    async (c) => {
      const { contentType, body } = await ports.metrics.expose(c.req.header("accept"));
      return respond.local(c, 200, body, { "content-type": contentType, "cache-control": "no-store" });
    },
  serveUnobserved,
);
