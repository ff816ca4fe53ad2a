import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../context.ts";
import type { Ports } from "../ports.ts";
import { shareComponents } from "./share-components.ts";

const description = `Public gists as GitHub gives them, byte for byte, from a cache that asks GitHub at most once per resource and minute.
Point a stock GitHub client at this service's address: paths, parameters, pagination, validators and errors are GitHub's.`;

/**
 * The OpenAPI document of an app, made from the schemas that validate. A build makes it once, into the web folder, and
 * reads it there instead (build/plugins/prebuilt-openapi.mjs), so that what only its making needs is not shipped.
 */
export async function createDocument(
  app: OpenAPIHono<AppEnv>,
  { build, config }: Pick<Ports, "build" | "config" | "asset">,
): Promise<string> {
  const document = app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Edge Gists",
      version: build.version,
      description,
      license: { name: "MIT", url: "https://opensource.org/license/mit" },
    },
    servers: [{ url: config.PUBLIC_URL ?? "/" }],
    security: [],
    tags: [
      { name: "gists", description: "GitHub's resources." },
      { name: "service", description: "This service's own state." },
    ],
  });
  return JSON.stringify(shareComponents(document as Parameters<typeof shareComponents>[0]));
}
