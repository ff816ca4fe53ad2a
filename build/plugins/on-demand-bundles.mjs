import { basename } from "node:path";
import { createPlugin } from "../plugin.mjs";

/**
 * Bundles that only some settings need, and that app.js loads on demand: its import ./redis.ts or
 * ./telemetry/tracing.ts becomes the file ./redis.js or ./tracing.js next to it. esbuild splits only ES modules
 * (https://esbuild.github.io/api/#splitting), and this bundle is CommonJS.
 *
 * A file that is renamed, or that app.ts does not import on demand, fails the build.
 */
export const onDemandBundles = createPlugin("on-demand-bundles", ({ onResolve, onLoad }) => {
  const each = ["redis", "telemetry/tracing"];
  onResolve({ filter: new RegExp(`^\\./(${each.join("|")})\\.ts$`), each }, ({ path, kind, importer }) =>
    kind === "dynamic-import" && importer.endsWith("app.ts")
      ? { path: `./${basename(path, ".ts")}.js`, namespace: "on-demand-bundles" }
      : undefined,
  );
  // The require() of a startup snapshot knows only Node's modules (https://github.com/nodejs/node/issues/44277).
  onLoad({ filter: /.*/, namespace: "on-demand-bundles" }, ({ path }) => ({
    contents: `
      const { createRequire, enableCompileCache } = process.getBuiltinModule("module");
      enableCompileCache(require("node:path").join(__dirname, "cache"));
      module.exports = createRequire(__filename)(${JSON.stringify(path)});`,
  }));
});
