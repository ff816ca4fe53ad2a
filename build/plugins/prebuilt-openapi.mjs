import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../../functions/core/app.ts";
import { toConfig } from "../../functions/core/config/config.ts";
import { createMetrics } from "../../functions/core/telemetry/metrics.ts";
import { createStore } from "../../functions/core/cache/store/create.ts";
import { createPlugin } from "../plugin.mjs";

/** Takes the place of the base URL, which is known only at run time. */
const server = "https://server.invalid";

/** @returns {Promise<string>} the OpenAPI document that the source gives for a version */
async function makeDocument(version) {
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
  const response = await app.fetch(new Request(`${server}/openapi.json`));
  if (!response.ok) throw new Error(`/openapi.json answered ${response.status}`);
  const text = await response.text();
  if (text.split(JSON.stringify(server)).length !== 2) throw new Error("the OpenAPI document has no single server URL");
  return text;
}

/** zod-to-openapi without its generator. The notes that schemas carry for the document are dropped. */
const withoutGenerator = `
  export const extendZodWithOpenApi = ({ ZodType }) => {
    ZodType.prototype.openapi ??= function openapi() { return this; };
  };
  export class OpenAPIRegistry { definitions = []; registerPath() {} }
  const ahead = () => { throw new Error("The OpenAPI document is made by the build"); };
  export const OpenApiGeneratorV3 = ahead, OpenApiGeneratorV31 = ahead, getOpenApiMetadata = ahead;`;

/** routes/document.ts, reading the finished document. */
const readsDocument = `
  export async function createDocument(_app, { config, asset }) {
    const file = await asset("openapi.json");
    if (!file) throw new Error("openapi.json is not in the web folder");
    const server = JSON.stringify(config.PUBLIC_URL ?? "/");
    return new TextDecoder().decode(file.body).replace(${JSON.stringify(JSON.stringify(server))}, () => server);
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
 * The finished OpenAPI document, for the web folder, and an esbuild plugin that reads it from there instead of making it
 * at run time. The bundles then have neither the generator of @hono/zod-openapi
 * (https://github.com/honojs/middleware/tree/main/packages/zod-openapi) nor the schemas of responses.
 *
 * A source file or an export that is renamed fails the build; so does a name that @hono/zod-openapi imports anew from
 * the generator.
 */
export async function prebuiltOpenapi(root, version) {
  const text = await makeDocument(version);
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
  return { text, plugin };
}
