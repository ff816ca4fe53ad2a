import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../context.ts";
import type { Ports } from "../ports.ts";
import { toOpenApi30 } from "./openapi-30.ts";
import { shareComponents } from "./share-components.ts";

const description = `Public gists as GitHub gives them, byte for byte, from a cache that asks GitHub at most once per resource and minute.
Point a stock GitHub client at this service's address: paths, parameters, pagination, validators and errors are GitHub's.`;

/** Stands for the base URL of the service, which a request tells. */
export const server = "https://server.invalid";

/**
 * The OpenAPI document of an app, made from the schemas that validate. A build makes it once, into the web folder, and
 * reads it there instead (build/plugins/prebuilt-openapi.mjs), so that what only its making needs is not shipped.
 * @param name `openapi-3.0.json`, or that of the 3.1 document
 */
export async function createDocument(
  app: OpenAPIHono<AppEnv>,
  { build }: Pick<Ports, "build" | "asset">,
  name: string,
): Promise<string> {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge Gists",
      version: build.version,
      description,
      contact: { name: "The operator of this service" },
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: server }],
    security: [],
    tags: [
      { name: "gists", description: "GitHub's resources." },
      { name: "service", description: "This service's own state." },
    ],
  });
  const shared = shareComponents(document as Parameters<typeof shareComponents>[0]);
  return JSON.stringify(name === "openapi-3.0.json" ? toOpenApi30(shared) : shared);
}
