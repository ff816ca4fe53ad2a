import { rateLimit as body } from "./bodies.ts";
import { defineOperation } from "./operation.ts";
import { requestHeaders } from "./params.ts";
import { documented, errorResponses, serviceHeaders } from "./responses.ts";

export const rateLimit = defineOperation(
  {
    path: "/rate_limit",
    request: { headers: requestHeaders },
    ...documented({
      operationId: "getRateLimit",
      summary: "This service's own GitHub quota",
      description:
        "As GitHub's last response told it; GitHub is not asked. Before the first response: the documented hourly limit. " +
        "This service searches nothing, so its search quota is 0.",
      tags: ["service"],
      responses: {
        200: {
          description: "The quota in GitHub's shape.",
          headers: serviceHeaders,
          content: { "application/json": { schema: body } },
        },
        ...errorResponses([400, 405, 413, 414]),
      },
    }),
  },
  ({ budget }, respond) =>
    (c, { headers }) => {
      const core = budget.view();
      const search = { limit: 0, remaining: 0, used: 0, reset: core.reset };
      const version = headers["x-github-api-version"];
      // GitHub's later version has no `rate`, which says the same as `resources.core`.
      const quota =
        version === "2022-11-28" ? { resources: { core, search }, rate: core } : { resources: { core, search } };
      return respond.json(c, 200, quota, { "x-github-api-version-selected": version });
    },
);
