import { publicOrigin } from "../http/origin.ts";
import { openApiDocument } from "./bodies.ts";
import { createDocument, server } from "./document.ts";
import { defineOperation } from "./operation.ts";
import { documented, errorResponses, serviceHeaders } from "./responses.ts";

/** @param name of the document, and of its file in the web folder */
function defineDocument(name: `${string}.json`, texts: { operationId: string; summary: string; description: string }) {
  return defineOperation(
    {
      path: `/${name}`,
      ...documented({
        ...texts,
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
      /** Made at the first request and kept: all but the server is the same for every request. */
      let document: Promise<string> | undefined;
      return async (c) => {
        document ??= createDocument(app, ports, name);
        // A failure is not kept: the next request tries again.
        const text = await document.catch((error: unknown) => {
          document = undefined;
          throw error;
        });
        const { peer, prefix } = c.var.context;
        const base = `${publicOrigin(ports.config, c.req.raw.headers, c.req.url, peer)}${prefix}` || "/";
        return respond.local(
          c,
          200,
          text.replace(server, () => base),
          {
            "content-type": "application/json; charset=utf-8",
            "cache-control": "public, max-age=300",
          },
        );
      };
    },
  );
}

export const openApi = defineDocument(
  "openapi.json",
  documented({
    operationId: "getOpenApi",
    summary: "This document",
    description: "All that this service serves, as OpenAPI 3.1.",
  }),
);

export const openApi30 = defineDocument(
  "openapi-3.0.json",
  documented({
    operationId: "getOpenApi30",
    summary: "This document, as OpenAPI 3.0",
    description: "The same in the words of OpenAPI 3.0, for tools that read no other.",
  }),
);
