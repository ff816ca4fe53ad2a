import { createRoute, z } from "@hono/zod-openapi";
import { type Mount, serveAt } from "./mount.ts";
import { shareComponents } from "./share-components.ts";
import { errorResponses, serviceHeaders } from "./responses.ts";

const route = createRoute({
  method: "get",
  path: "/openapi.json",
  operationId: "getOpenApi",
  summary: "This document",
  description: "All that this service serves, as OpenAPI 3.1.",
  tags: ["service"],
  responses: {
    200: {
      description: "The document, made from the schemas that validate.",
      headers: serviceHeaders,
      content: { "application/json": { schema: z.looseObject({ openapi: z.string() }) } },
    },
    ...errorResponses([400, 405, 413, 414]),
  },
});

const description = `Public gists as GitHub gives them, byte for byte, from a cache that asks GitHub at most once per resource and minute.
Point a stock GitHub client at this service's address: paths, parameters, pagination, validators and errors are GitHub's.`;

export const mountOpenApi: Mount = (app, { ports }, respond) => {
  /** Made at the first request and kept: it is the same for every request. */
  let document: string | undefined;
  serveAt(app, route.path, () =>
    app.openapi(route, (c) => {
      document ??= JSON.stringify(
        shareComponents(
          app.getOpenAPI31Document({
            openapi: "3.1.0",
            info: {
              title: "Edge Gists",
              version: ports.build.version,
              description,
              license: { name: "MIT", url: "https://opensource.org/license/mit" },
            },
            servers: [{ url: ports.config.PUBLIC_URL ?? "/" }],
            security: [],
            tags: [
              { name: "gists", description: "GitHub's resources." },
              { name: "service", description: "What this service says of itself." },
            ],
          }) as Parameters<typeof shareComponents>[0],
        ),
      );
      return respond.local(c, 200, document, {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "public, max-age=300",
      }) as never;
    }),
  );
};
