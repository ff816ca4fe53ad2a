import { createRoute } from "@hono/zod-openapi";
import { rateLimit } from "./bodies.ts";
import { type Mount, serveAt } from "./mount.ts";
import { requestHeaders } from "./params.ts";
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
  request: { headers: requestHeaders },
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
      const { "x-github-api-version": version } = c.req.valid("header");
      // GitHub's later version has no `rate`, which says the same as `resources.core`.
      const body =
        version === "2022-11-28" ? { resources: { core, search }, rate: core } : { resources: { core, search } };
      return respond.json(c, 200, body, { "x-github-api-version-selected": version }) as never;
    }),
  );
};
