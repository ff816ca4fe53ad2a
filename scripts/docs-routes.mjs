import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { renderRoutes, routesPath } from "../docs/generate/routes.ts";
import { buildIfNeeded, root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:routes

Writes docs/routes.md from the OpenAPI document of the build, which is made first where it is old.
`;
readOptions({ usage });

buildIfNeeded();
writeFileSync(routesPath, renderRoutes(JSON.parse(readFileSync(join(root, "dist/web/openapi.json"), "utf8"))));
console.log(routesPath);
