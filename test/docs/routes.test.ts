import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { renderRoutes, routesPath, type RoutesDocument } from "../../docs/generate/routes.ts";
import { createService } from "../support/ports.ts";

test("docs/routes.md is what the OpenAPI document says (npm run docs routes)", async () => {
  const document = (await (await createService().get("/openapi.json")).json()) as RoutesDocument;
  expect(await readFile(routesPath, "utf8")).toBe(renderRoutes(document));
});
