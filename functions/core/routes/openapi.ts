import { openApiDocument } from "./bodies.ts";
import { createDocument } from "./document.ts";
import { defineOperation } from "./operation.ts";
import { documented, errorResponses, serviceHeaders } from "./responses.ts";

export const openApi = defineOperation(
  {
    path: "/openapi.json",
    ...documented({
      operationId: "getOpenApi",
      summary: "This document",
      description: "All that this service serves, as OpenAPI 3.1.",
      tags: ["service"],
      responses: {
        200: {
          description: "The document, made from the schemas that validate.",
          headers: serviceHeaders,
          content: { "application/json": { schema: openApiDocument } },
        },
        ...errorResponses([400, 405, 413, 414]),
      },
    }),
  },
  ({ ports }, respond, app) => {
    /** Made at the first request and kept: it is the same for every request. */
    let document: Promise<string> | undefined;
    return async (c) => {
      document ??= createDocument(app, ports);
      // A failure is not kept: the next request tries again.
      const text = await document.catch((error: unknown) => {
        document = undefined;
        throw error;
      });
      return respond.local(c, 200, text, {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "public, max-age=300",
      });
    };
  },
);
