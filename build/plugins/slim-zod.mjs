import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { transformSync } from "esbuild";
import { createPlugin } from "../plugin.mjs";

/** The members of zod's namespace that the sources use as values: `z.string`, over line ends too. */
function usedMembers(folder) {
  const used = new Set();
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    const { code } = transformSync(readFileSync(join(folder, file), "utf8"), { loader: "ts" });
    for (const [, name] of code.matchAll(/\bz\s*\.(\w+)/g)) used.add(name);
  }
  return used;
}

/**
 * Which of zod's modules has each member that is used.
 * @param {Iterable<string>} members
 * @throws {Error} where one is in neither: it would be undefined at run time
 */
export function locateMembers(members, schemas, core) {
  const found = { fromSchemas: [], fromCore: [] };
  for (const name of members) {
    if (name in schemas) found.fromSchemas.push(name);
    else if (name in core) found.fromCore.push(name);
    else throw new Error(`z.${name} is in neither zod/v4/classic/schemas.js nor zod/v4/core: adapt slim-zod`);
  }
  return found;
}

/**
 * zod with the members that the sources use. `z` is one namespace object, of which esbuild keeps everything: compiler,
 * JSON Schema in both directions and 264 kB of messages in all languages (https://github.com/colinhacks/zod/issues/6050,
 * solved for Rollup and webpack only). Clients see messages of this service, and nothing asks a schema for its JSON
 * Schema at run time.
 *
 * A file that zod moves, and a member that is in neither module, fail the build.
 */
export function slimZod(root) {
  const v4 = join(dirname(createRequire(join(root, "package.json")).resolve("zod")), "v4");
  const at = (...path) => JSON.stringify(join(v4, ...path));
  // @hono/zod-openapi passes the class to zod-to-openapi.
  const used = [...usedMembers(join(root, "functions")).add("ZodType")];
  return createPlugin("slim-zod", ({ onResolve, onLoad }) => {
    onResolve({ filter: /^zod$/ }, () => ({ path: "zod", namespace: "slim-zod" }));
    onLoad({ filter: /.*/, namespace: "slim-zod" }, async () => {
      const [schemas, core] = await Promise.all([
        import(join(v4, "classic/schemas.js")),
        import(join(v4, "core/index.js")),
      ]);
      const { fromSchemas, fromCore } = locateMembers(used, schemas, core);
      // Some of them are reserved words of JavaScript: `z.enum`, `z.null`.
      const imports = (names) => names.map((name) => `${name} as z_${name}`).join(", ");
      const members = [...fromSchemas, ...fromCore].map((name) => `${name}: z_${name}`).join(", ");
      return {
        contents: `
          import { config } from ${at("core/core.js")};
          import { ${imports(fromSchemas)} } from ${at("classic/schemas.js")};
          import { ${imports(fromCore)} } from ${at("core/index.js")};
          // Compiled parsers pay off after thousands of uses; a cold start has one of each.
          config({ jitless: true });
          export const z = { ${members} };`,
        resolveDir: root,
      };
    });
    onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]en\.js$/ }, () => ({ contents: "export default () => ({});" }));
    // CommonJS, so that a name that is not there is undefined: only a call for a JSON Schema uses these.
    const names = ["processors", "generator"];
    onResolve({ filter: /\/json-schema-(processors|generator)\.js$/, each: names }, () => ({
      path: "none",
      namespace: "slim-zod-json-schema",
    }));
    onLoad({ filter: /.*/, namespace: "slim-zod-json-schema" }, () => ({ contents: "module.exports = {};" }));
    onLoad({ filter: /zod[\\/]v4[\\/]core[\\/]to-json-schema\.js$/ }, () => ({
      contents:
        "export const createStandardJSONSchemaMethod = () => undefined, createToJSONSchemaMethod = () => undefined;",
    }));
  });
}
