import { createRoute, z } from "@hono/zod-openapi";
import { createDocument } from "./document.ts";
import { type Mount, serveAt } from "./mount.ts";
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

export const mountOpenApi: Mount = (app, { ports }, respond) => {
  /** Made at the first request and kept: it is the same for every request. */
  let document: Promise<string> | undefined;
  serveAt(app, route.path, () =>
    app.openapi(route, async (c) => {
      document ??= createDocument(app, ports);
      // A failure is not kept: the next request tries again.
      const text = await document.catch((error: unknown) => {
        document = undefined;
        throw error;
      });
      return respond.local(c, 200, text, {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "public, max-age=300",
      }) as never;
    }),
  );
};
