import { createRoute } from "@hono/zod-openapi";
import { rateLimit } from "./bodies.ts";
import { type Mount, serveAt } from "./mount.ts";
import { errorResponses, serviceHeaders } from "./responses.ts";

const route = createRoute({
  method: "get",
  path: "/rate_limit",
  operationId: "getRateLimit",
  summary: "What is left of this service's own GitHub quota",
  description:
    "As last learned from GitHub's answers, without asking GitHub. Before the first answer: the documented hourly limit. " +
    "This service searches nothing, so its search quota is 0.",
  tags: ["service"],
  responses: {
    200: {
      description: "The quota in GitHub's shape.",
      headers: serviceHeaders,
      content: { "application/json": { schema: rateLimit } },
    },
    ...errorResponses([400, 405, 413, 414]),
  },
});

export const mountRateLimit: Mount = (app, { budget }, respond) => {
  serveAt(app, route.path, () =>
    app.openapi(route, (c) => {
      const core = budget.view();
      const search = { limit: 0, remaining: 0, used: 0, reset: core.reset };
      return respond.json(c, 200, { resources: { core, search }, rate: core }) as never;
    }),
  );
};
