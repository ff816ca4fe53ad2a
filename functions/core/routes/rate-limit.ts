import { rateLimit as body } from "./bodies.ts";
import { defineOperation } from "./operation.ts";
import { requestHeaders } from "./params.ts";
import { otherQuotas } from "./quota-names.ts";
import { documented, errorResponses, serviceHeaders } from "./responses.ts";
import { toQuotaFields } from "../serving/responder.ts";

export const rateLimit = defineOperation(
  {
    path: "/rate_limit",
    request: { headers: requestHeaders },
    ...documented({
      operationId: "getRateLimit",
      summary: "This service's own GitHub quota",
      description:
        "As GitHub's last response told it; GitHub is not asked. Before the first response: the documented hourly limit. " +
        "The part that is reserved for revalidation is left out. " +
        "Where processes share GitHub's limits, it is the quota of all of them, and `fleet` says so. " +
        "This service serves no other resources of GitHub's, such as search: their quotas are 0.",
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
    async (c, { headers }) => {
      const status = await budget.refresh();
      const core = budget.view();
      const none = { limit: 0, remaining: 0, used: 0, reset: core.reset };
      const resources = { core, ...Object.fromEntries(otherQuotas.map((name) => [name, none])) };
      const version = headers["x-github-api-version"];
      // GitHub's later version has no `rate`, which says the same as `resources.core`.
      const quota = version === "2022-11-28" ? { resources, rate: core } : { resources };
      const fleet = status && { shared: status.isShared, calls: status.running, max_calls: status.concurrency };
      return respond.json(
        c,
        200,
        { ...quota, ...(fleet && { fleet }) },
        { ...toQuotaFields(core), "x-github-api-version-selected": version },
      );
    },
);
