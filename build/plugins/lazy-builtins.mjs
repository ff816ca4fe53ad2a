import { createPlugin } from "../plugin.mjs";

/** The bundle's current imports, without undici's. */
const imported = ["assert", "fs/promises", "http", "http2", "perf_hooks", "zlib"];

/** Modules that would also have to be lazy. */
const others = ["crypto", "module", "worker_threads"];

/**
 * Node's own modules that a startup snapshot cannot hold (https://github.com/nodejs/node/issues/35711), or is slower
 * with: each is loaded when the code that needs it first runs. HTTP/2 is neither served nor spoken.
 *
 * A module that the bundle does not import any more fails the build. A module that is not listed here, and that a
 * snapshot cannot hold, fails the snapshot.
 */
export const lazyBuiltins = createPlugin("lazy-builtins", ({ onResolve, onLoad }) => {
  const filter = new RegExp(`^(?:node:)?(${[...imported, ...others].join("|")})$`);
  onResolve({ filter, each: imported }, ({ path }) => ({
    path: path.replace(/^node:/, ""),
    namespace: "lazy-builtins",
  }));
  onLoad({ filter: /.*/, namespace: "lazy-builtins" }, ({ path }) => ({ contents: toLazy(path) }));
});

function toLazy(name) {
  if (name === "http2") return "module.exports = { Http2ServerRequest: class {}, constants: {} };";
  const load = `process.getBuiltinModule(${JSON.stringify(name)})`;
  const handler = `{ get: (_, key) => ${load}[key] }`;
  if (name === "assert")
    return `module.exports = new Proxy((value, ...rest) => value || ${load}(value, ...rest), ${handler});`;
  // The prototype, because esbuild's import of a CommonJS module copies what it has and keeps its prototype.
  return `module.exports = Object.create(new Proxy({}, ${handler}));`;
}
