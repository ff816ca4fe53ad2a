import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { maxHeaderSize, STATUS_CODES } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/**
 * ofetch's entry for browsers (the one for Node brings node-fetch-native, 116 kB, for a fetch that Node has), and of it
 * only what makes a client of a given fetch: the ready-made one would load Node's own fetch with it. This service asks it for
 * no base URL, no query and no parsed body.
 */
export const slimOfetch = {
  name: "slim-ofetch",
  setup({ onResolve, onLoad }) {
    const path = join(dirname(require.resolve("ofetch")), "index.mjs");
    onResolve({ filter: /^ofetch$/ }, () => ({ path }));
    onLoad({ filter: /[\\/]ofetch[\\/]dist[\\/]index\.mjs$/ }, async () => {
      const text = await readFile(path, "utf8");
      const from = /^import \{ (\w+ as createFetch) \} from ('.+');$/m.exec(text);
      const error = /^export \{ (\w+ as FetchError),/m.exec(text);
      if (!from || !error) throw new Error("ofetch: its entry is not what this plugin knows");
      return { contents: `export { ${from[1]}, ${error[1]} } from ${from[2]};`, resolveDir: dirname(path) };
    });
    const unused = { destr: ["default"], ufo: ["withBase", "withQuery"] };
    onResolve({ filter: /^(?:destr|ufo)$/ }, ({ path: name, importer }) =>
      /[\\/]ofetch[\\/]/.test(importer) ? { path: name, namespace: "slim-ofetch" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "slim-ofetch" }, ({ path: name }) => ({
      contents: `
        const left = () => { throw new Error("ofetch: ${name} was left out of this bundle"); };
        export { ${unused[name].map((as) => `left as ${as}`).join(", ")} };`,
    }));
  },
};

/** Of undici what fetch is made of: no mocks, caches, sockets. */
export const slimUndici = {
  name: "slim-undici",
  setup({ onResolve, onLoad }) {
    const files = {
      fetch: "index",
      FormData: "formdata",
      Headers: "headers",
      Request: "request",
      Response: "response",
    };
    onResolve({ filter: /^undici$/ }, () => ({ path: "undici", namespace: "slim-undici" }));
    onLoad({ filter: /.*/, namespace: "slim-undici" }, () => ({
      contents: Object.entries(files)
        .map(([name, file]) => `export { ${name} } from "./${file}.js";`)
        .join("\n"),
      resolveDir: join(dirname(require.resolve("undici")), "lib/web/fetch"),
    }));
  },
};

/** What of these modules is read while a package is loaded, without the modules: a snapshot is smaller without them. */
const without = {
  undici: {
    // Subresource integrity, which nothing here asks for.
    crypto: "throw Object.assign(new Error('no crypto'), { code: 'ERR_NO_CRYPTO' });",
    http: `module.exports = ${JSON.stringify({ STATUS_CODES, maxHeaderSize })};`,
    perf_hooks: "module.exports = { performance };",
    // It marks what structuredClone() refuses, which nothing here calls.
    worker_threads: "module.exports = {};",
  },
};

/**
 * Node's own modules that a startup snapshot cannot hold, or is slower with: loaded where the code that needs them first
 * runs. HTTP/2 is neither served nor spoken.
 */
export const late = {
  name: "late",
  setup({ onResolve, onLoad }) {
    const names = /^(?:node:)?(assert|crypto|fs\/promises|http2?|module|perf_hooks|worker_threads|zlib)$/;
    onResolve({ filter: names }, ({ path, importer }) => {
      const [, name] = names.exec(path);
      const contents = without[/.*[\\/]node_modules[\\/]([^\\/]+)/.exec(importer)?.[1]]?.[name] ?? toLate(name);
      return { path: name, namespace: "late", suffix: `?${hash("sha1", contents)}`, pluginData: contents };
    });
    onLoad({ filter: /.*/, namespace: "late" }, ({ pluginData }) => ({ contents: pluginData }));
  },
};

function toLate(name) {
  if (name === "http2") return "module.exports = { Http2ServerRequest: class {}, constants: {} };";
  const load = `process.getBuiltinModule(${JSON.stringify(name)})`;
  const handler = `{ get: (_, key) => ${load}[key] }`;
  if (name === "assert")
    return `module.exports = new Proxy((value, ...rest) => value || ${load}(value, ...rest), ${handler});`;
  // The prototype, because esbuild's import of a CommonJS module copies what it has and keeps its prototype.
  return `module.exports = Object.create(new Proxy({}, ${handler}));`;
}
