import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createApp } from "../functions/core/app.ts";
import { toConfig } from "../functions/core/config/config.ts";
import { createMetrics } from "../functions/core/telemetry/metrics.ts";
import { createStore } from "../functions/core/cache/store/create.ts";

/** Stands in the text for the base URL that is known only at run time. */
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
    fetch: () => Promise.reject(new Error("A build asks nobody")),
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
  return response.text();
}

/** What is left of zod-to-openapi where the document is there already: the notes that schemas carry for it say nothing. */
const withoutNotes = `
  export const extendZodWithOpenApi = ({ ZodType }) => {
    ZodType.prototype.openapi ??= function openapi() { return this; };
  };
  export class OpenAPIRegistry { definitions = []; registerPath() {} }
  const ahead = () => { throw new Error("The OpenAPI document is made by the build"); };
  export const OpenApiGeneratorV3 = ahead, OpenApiGeneratorV31 = ahead, getOpenApiMetadata = ahead;`;

/**
 * What is left of the responses' schemas: nothing validates a response. esbuild removes a call of an empty function with
 * its arguments, and so all that is only documented.
 */
const withoutResponses = `
  export const serviceHeaders = undefined;
  export function documented() {}
  export function errorResponses() {}
  export function resourceResponses() {}`;

/**
 * The finished OpenAPI document, for the web folder, and an esbuild plugin that reads it from there where it would be
 * made. It leaves out what only the making needs: the generator, the schemas of responses, and what routes mark as documented.
 */
export async function documentAhead(root, version) {
  const text = await makeDocument(version);
  const routes = join(root, "functions/core/routes");
  const bodies = readFileSync(join(routes, "bodies.ts"), "utf8").matchAll(/^export const (\w+)/gm);
  const stubs = {
    "document.ts": `
      export async function createDocument(_app, { config, asset }) {
        const file = await asset("openapi.json");
        if (!file) throw new Error("openapi.json is not in the web folder");
        const server = JSON.stringify(config.PUBLIC_URL ?? "/");
        return new TextDecoder().decode(file.body).replace(${JSON.stringify(JSON.stringify(server))}, () => server);
      }`,
    "responses.ts": withoutResponses,
    "bodies.ts": [...bodies].map(([, name]) => `export const ${name} = undefined;`).join("\n"),
  };
  const plugin = {
    name: "document-ahead",
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^@asteasolutions\/zod-to-openapi$/ }, ({ path }) => ({ path, namespace: "ahead" }));
      onLoad({ filter: /.*/, namespace: "ahead" }, () => ({ contents: withoutNotes }));
      onLoad({ filter: /[\\/]routes[\\/](?:document|responses|bodies)\.ts$/ }, ({ path }) => ({
        contents: stubs[path.split(/[\\/]/).at(-1)],
      }));
    },
  };
  return { text, plugin };
}
