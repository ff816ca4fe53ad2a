import { maxHeaderSize, STATUS_CODES } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createPlugin } from "../plugin.mjs";

const folder = join(dirname(createRequire(import.meta.url).resolve("undici")), "lib/web/fetch");

/** Exported names, and the file of each. */
const files = { fetch: "index", FormData: "formdata", Headers: "headers", Request: "request", Response: "response" };

/**
 * The values that undici reads from Node's modules while it is loaded, without the modules: this makes the startup
 * snapshot smaller.
 */
const builtins = {
  // Subresource integrity, which this service does not use: undici omits it if Node has no crypto.
  crypto: "throw Object.assign(new Error('no crypto'), { code: 'ERR_NO_CRYPTO' });",
  http: `module.exports = ${JSON.stringify({ STATUS_CODES, maxHeaderSize })};`,
  perf_hooks: "module.exports = { performance };",
  // Marks objects that structuredClone() refuses; this service does not call it.
  worker_threads: "module.exports = {};",
};

/**
 * Of undici the files of fetch: no mocks, caches, WebSocket. Node builds its own copy from such a smaller entry
 * (https://github.com/nodejs/undici/pull/1187), which the package does not export for others.
 *
 * A file that undici moves does not resolve any more, and the build fails; so it does where undici does not load one of
 * these modules any more.
 */
export const slimUndici = createPlugin("slim-undici", ({ onResolve, onLoad }) => {
  onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "slim-undici" }));
  onLoad({ filter: /.*/, namespace: "slim-undici" }, () => ({
    contents: Object.entries(files)
      .map(([name, file]) => `export { ${name} } from "./${file}.js";`)
      .join("\n"),
    resolveDir: folder,
  }));
  const names = Object.keys(builtins);
  onResolve({ filter: new RegExp(`^(?:node:)?(${names.join("|")})$`), each: names }, ({ path, importer }) =>
    /.*[\\/]node_modules[\\/]undici[\\/]/.test(importer)
      ? { path: path.replace(/^node:/, ""), namespace: "slim-undici-builtins" }
      : undefined,
  );
  onLoad({ filter: /.*/, namespace: "slim-undici-builtins" }, ({ path }) => ({ contents: builtins[path] }));
});
