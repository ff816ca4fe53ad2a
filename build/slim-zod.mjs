import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createRequire } from "node:module";

/** The members of zod's namespace that sources name: `z.string`, over line ends too. */
function usedMembers(folder) {
  const used = new Set();
  for (const file of readdirSync(folder, { recursive: true })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    for (const [, name] of readFileSync(join(folder, file), "utf8").matchAll(/\bz\s*\.(\w+)/g)) used.add(name);
  }
  return used;
}

/**
 * An esbuild plugin: zod with what the sources use of it. `z` is one namespace object, which no bundler can shake:
 * compiler, JSON Schema in both directions and 264 kB of messages in all languages come with it. Every message that a
 * client sees here is our own, and nothing asks a schema for its JSON Schema at run time.
 */
export function slimZod(root) {
  const v4 = join(dirname(createRequire(join(root, "package.json")).resolve("zod")), "v4");
  const at = (...path) => JSON.stringify(join(v4, ...path));
  const wanted = [...usedMembers(join(root, "functions")).add("ZodType")];
  return {
    name: "slim-zod",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^zod$/ }, () => ({ path: "zod", namespace: "slim-zod" }));
      onLoad({ filter: /.*/, namespace: "slim-zod" }, async () => {
        const [schemas, core] = await Promise.all([
          import(join(v4, "classic/schemas.js")),
          import(join(v4, "core/index.js")),
        ]);
        const fromSchemas = wanted.filter((name) => name in schemas);
        const fromCore = wanted.filter((name) => name in core && !(name in schemas));
        // Some of them are JavaScript's words: `z.enum`, `z.null`.
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
      // CommonJS, so that a name that is not there is undefined: these are called only by who asks for a JSON Schema.
      onResolve({ filter: /\/json-schema-(?:processors|generator)\.js$/ }, () => ({ path: "none", namespace: "cjs" }));
      onLoad({ filter: /.*/, namespace: "cjs" }, () => ({ contents: "module.exports = {};" }));
      onLoad({ filter: /zod[\\/]v4[\\/]core[\\/]to-json-schema\.js$/ }, () => ({
        contents:
          "export const createStandardJSONSchemaMethod = () => undefined, createToJSONSchemaMethod = () => undefined;",
      }));
    },
  };
}
