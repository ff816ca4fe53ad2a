import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildWeb } from "./build/web.mjs";
import { documentAhead } from "./build/document-ahead.mjs";
import { late, slimOfetch, slimUndici } from "./build/slim-fetch.mjs";
import { slimOtel } from "./build/slim-otel.mjs";
import { slimSettings } from "./build/slim-settings.mjs";
import { slimZod } from "./build/slim-zod.mjs";
import { readOptions } from "./scripts/options.mjs";

const usage = `
npm run build

Builds dist/: the container's bundle, the Worker's bundle and the web folder that both serve.
Prints sizes, and fails where a bundle is larger than its ceiling.
`;
readOptions({ usage });

const root = dirname(fileURLToPath(import.meta.url));

/** Largest bundles allowed, in kB (1000 bytes), minified and gzipped. Raise one only with a reason. */
const ceilings = { "dist/node/app.js": 220, "dist/worker/worker.js": 100 };

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));

function commit() {
  if (process.env.GIT_COMMIT) return process.env.GIT_COMMIT;
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return "unknown";
  }
}

/** prom-client's main file loads its cluster and process metrics; the registry and instruments stand alone. */
const slimPromClient = {
  name: "slim-prom-client",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^prom-client$/ }, ({ importer }) => ({
      // Process metrics are loaded when a cold start is over, and so is what they need.
      path: importer.endsWith("process-metrics.ts") ? "process" : "instruments",
      namespace: "slim",
    }));
    onLoad({ filter: /.*/, namespace: "slim" }, ({ path }) => ({
      contents: `
        export { default as Registry } from "prom-client/lib/registry.js";
        ${
          path === "process"
            ? 'export { default as collectDefaultMetrics } from "prom-client/lib/defaultMetrics.js";'
            : ["Counter", "Gauge", "Histogram"]
                .map((name) => `export { default as ${name} } from "prom-client/lib/${name.toLowerCase()}.js";`)
                .join("")
        }`,
      resolveDir: root,
    }));
  },
};

/** All that prom-client wants of node:util is to show a bad value in an error: no reason for Node's modules in a Worker. */
const inspectOnly = {
  name: "inspect-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^util$/ }, () => ({ path: "util", namespace: "inspect-only" }));
    onLoad({ filter: /.*/, namespace: "inspect-only" }, () => ({
      contents: "export const inspect = String, format = String;",
    }));
  },
};

const ahead = await documentAhead(root, version);
const slim = [ahead.plugin, slimZod(root), slimSettings(root), slimPromClient, slimOfetch, slimOtel];

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  target: "es2024",
  legalComments: "linked",
  logLevel: "warning",
  metafile: true,
  define: { EDGE_GISTS_VERSION: JSON.stringify(version), EDGE_GISTS_COMMIT: JSON.stringify(commit()) },
};

/** What only some settings need is a file of its own, and is not even read without them. */
const apart = {
  name: "apart",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\/(?:redis|telemetry\/tracing)\.ts$/ }, ({ path, kind, importer }) =>
      kind === "dynamic-import" && importer.endsWith("app.ts")
        ? { path: `./${basename(path, ".ts")}.js`, namespace: "apart" }
        : undefined,
    );
    // A startup snapshot's own require() knows Node's modules only.
    onLoad({ filter: /.*/, namespace: "apart" }, ({ path }) => ({
      contents: `
        const { createRequire, enableCompileCache } = process.getBuiltinModule("module");
        enableCompileCache(require("node:path").join(__dirname, "cache"));
        module.exports = createRequire(__filename)(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * The container's bundle: one file that starts fast. CommonJS, because an ES module that imports node:http makes Node
 * read every one of its exports, WebSocket and with it undici among them.
 */
function buildNode(entryPoints, plugins) {
  return build({
    ...shared,
    format: "cjs",
    entryPoints,
    outdir: "dist/node",
    external: ["./app.js"],
    plugins: [...slim, ...plugins],
    // Files that are loaded on demand are required too: import() would start Node's loader of ES modules.
    supported: { "dynamic-import": false },
    platform: "node",
    // ES modules where a package has both: only these can be loaded on demand and shaken.
    mainFields: ["module", "main"],
    define: {
      ...shared.define,
      "import.meta.url": "importMetaUrl",
      "import.meta.dirname": "__dirname",
      // To look for it would make Node load its own undici.
      "globalThis.CloseEvent": "undefined",
    },
    banner: { js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
  });
}

function buildWorker() {
  return build({
    ...shared,
    entryPoints: ["functions/worker/worker.ts"],
    outfile: "dist/worker/worker.js",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [...slim, inspectOnly],
  });
}

/** A file with all that it imports at once; what is imported on demand does not count. */
function closure(outputs, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind } of outputs[file]?.imports ?? []) {
    if (kind === "import-statement" && path in outputs) closure(outputs, path, seen);
  }
  return seen;
}

async function checkSizes(outputs) {
  for (const [file, ceiling] of Object.entries(ceilings)) {
    const files = await Promise.all([...closure(outputs, file)].map((path) => readFile(join(root, path))));
    const size = files.reduce((sum, bytes) => sum + bytes.length, 0) / 1000;
    const gzip = files.reduce((sum, bytes) => sum + gzipSync(bytes, { level: 9 }).length, 0) / 1000;
    const verdict = gzip <= ceiling ? "" : "  TOO LARGE";
    if (gzip > ceiling) process.exitCode = 1;
    console.log(`${file}: ${size.toFixed(1)} kB, ${gzip.toFixed(1)} kB gzip (ceiling ${ceiling})${verdict}`);
  }
}

await rm(join(root, "dist"), { recursive: true, force: true });
await mkdir(join(root, "dist/node"), { recursive: true });
const [node, worker] = await Promise.all([
  // Only this is in the snapshot.
  buildNode({ app: "functions/node/app.ts" }, [apart, slimUndici, late]),
  buildWorker(),
  buildWeb(),
  buildNode(
    {
      server: "functions/node/server.ts",
      redis: "functions/node/redis.ts",
      tracing: "functions/node/telemetry/tracing.ts",
    },
    [],
  ),
]);
await writeFile(join(root, "dist/web/openapi.json"), ahead.text);
await writeFile(join(root, "dist/node/package.json"), JSON.stringify({ type: "commonjs" }));
await writeFile(join(root, "dist/package.json"), JSON.stringify({ type: "module", version }));
await checkSizes({ ...node.metafile.outputs, ...worker.metafile.outputs });
