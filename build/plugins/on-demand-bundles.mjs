import { basename } from "node:path";
import { createPlugin } from "../plugin.mjs";

/**
 * Bundles that only some settings or requests need, and that app.js loads on demand: an import of ./redis/redis.ts or
 * ../forms/pages.ts becomes the file ./redis.js or ./pages.js next to it. esbuild splits only ES modules
 * (https://esbuild.github.io/api/#splitting), and this bundle is CommonJS. They may share no state with app.js: each has
 * its own copy of what both import.
 *
 * A file that is renamed, or that is not imported on demand, fails the build.
 */
export const onDemandBundles = createPlugin("on-demand-bundles", ({ onResolve, onLoad }) => {
  const each = [
    "redis/redis",
    "credential-files",
    "github-app",
    "telemetry/tracing",
    "forms/atom",
    "forms/embed",
    "forms/oembed",
    "forms/pages",
    // undici's parser for processors without SIMD.
    "llhttp/llhttp-wasm",
  ];
  onResolve({ filter: new RegExp(`^\\.\\.?/(${each.join("|")})\\.[jt]s$`), each }, ({ path, kind }) =>
    kind === "dynamic-import" || path.endsWith(".js")
      ? { path: `./${basename(path).replace(/ts$/, "js")}`, namespace: "on-demand-bundles" }
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
