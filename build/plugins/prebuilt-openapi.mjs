import { readFileSync } from "node:fs";
import { join } from "node:path";
import { server } from "../../functions/core/routes/document.ts";
import { createApp } from "../../functions/core/app.ts";
import { toConfig } from "../../functions/core/config/config.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import { createStore } from "../../functions/core/cache/store/create.ts";
import { createPlugin } from "../plugin.mjs";

/** The documents, by the names of their files in the web folder. */
const names = ["openapi.json", "openapi-3.0.json"];

/** @returns {Promise<Record<string, string>>} the OpenAPI documents that the source gives for a version, by name */
async function makeDocuments(version) {
  const build = { version, commit: "unknown" };
  const config = toConfig({ PUBLIC_URL: server });
  const metrics = createMetrics(build);
  const log = () => undefined;
  const app = createApp({
    config,
    build,
    metrics,
    log,
    fetch: () => Promise.reject(new Error("a build has no GitHub")),
    store: await createStore({ config, now: Date.now, log, metrics }, undefined),
    now: Date.now,
    elapsed: () => performance.now(),
    sleep: () => Promise.resolve(),
    random: Math.random,
    waitUntil: () => undefined,
    isReady: () => true,
    asset: () => Promise.resolve(undefined),
  });
  const documents = names.map(async (name) => {
    const response = await app.fetch(new Request(`${server}/${name}`));
    if (!response.ok) throw new Error(`/${name} answered ${response.status}`);
    const text = await response.text();
    if (text.split(server).length !== 2) throw new Error(`${name} has no single server URL`);
    return [name, text];
  });
  return Object.fromEntries(await Promise.all(documents));
}

/** zod-to-openapi without its generator. The notes that schemas carry for the document are dropped. */
const withoutGenerator = `
  export const extendZodWithOpenApi = ({ ZodType }) => {
    ZodType.prototype.openapi ??= function openapi() { return this; };
  };
  export class OpenAPIRegistry { definitions = []; registerPath() {} }
  const ahead = () => { throw new Error("The OpenAPI document is made by the build"); };
  export const OpenApiGeneratorV3 = ahead, OpenApiGeneratorV31 = ahead, getOpenApiMetadata = ahead;`;

/** routes/document.ts, reading the finished documents. */
const readsDocument = `
  export const server = ${JSON.stringify(server)};
  export async function createDocument(_app, { asset }, name) {
    const file = await asset(name);
    if (!file) throw new Error(name + " is not in the web folder");
    return new TextDecoder().decode(file.body);
  }`;

/**
 * A source file that only documents responses, which nothing validates at run time: its exports, without what they are
 * of. esbuild removes a call of an empty function with its arguments, and so all that is only documented.
 */
function onlyNames(path) {
  const exported = [...readFileSync(path, "utf8").matchAll(/^export (const|function) (\w+)/gm)];
  return exported
    .map(([, kind, name]) => `export ${kind} ${name}${kind === "function" ? "() {}" : " = undefined;"}`)
    .join("\n");
}

/**
 * The finished OpenAPI documents, for the web folder, and an esbuild plugin that reads them from there instead of making
 * them at run time. The bundles then have neither the generator of @hono/zod-openapi
 * (https://github.com/honojs/middleware/tree/main/packages/zod-openapi) nor the schemas of responses.
 *
 * A source file or an export that is renamed fails the build; so does a new import of @hono/zod-openapi from
 * the generator.
 */
export async function prebuiltOpenapi(root, version) {
  const documents = await makeDocuments(version);
  const routes = join(root, "functions/core/routes");
  const files = {
    document: readsDocument,
    responses: onlyNames(join(routes, "responses.ts")),
    bodies: onlyNames(join(routes, "bodies.ts")),
  };
  const plugin = createPlugin("prebuilt-openapi", ({ onLoad, onResolve }) => {
    onResolve({ filter: /^@asteasolutions\/zod-to-openapi$/ }, ({ path }) => ({ path, namespace: "prebuilt-openapi" }));
    onLoad({ filter: /.*/, namespace: "prebuilt-openapi" }, () => ({ contents: withoutGenerator }));
    const each = Object.keys(files);
    const filter = new RegExp(`[\\\\/]routes[\\\\/](${each.join("|")})\\.ts$`);
    onLoad({ filter, each }, ({ path }) => ({ contents: files[filter.exec(path)[1]] }));
  });
  return { documents, plugin };
}
