/**
 * Builds dist/: the container's bundle, the Worker's bundle and the web folder that both serve.
 * Prints sizes, and fails where a bundle is larger than its ceiling.
 */
import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { buildWeb } from "./scripts/build-web.mjs";

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Largest bundles allowed, in kB (1000 bytes), minified and gzipped. Raise one only with a reason. */
const ceilings = { "dist/node/server.js": 162, "dist/worker/worker.js": 142 };

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

/** zod brings 264 kB of translated messages; every message that a client sees here is our own. */
const noZodLocales = {
  name: "no-zod-locales",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /locales\/index\.js$/ }, ({ importer }) =>
      importer.includes("zod") ? { path: "zod-locales", namespace: "stub" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "stub" }, () => ({
      contents: `export { default as en } from ${JSON.stringify(join(dirname(require.resolve("zod")), "v4/locales/en.js"))}`,
      resolveDir: root,
    }));
  },
};

/** prom-client's main file loads its cluster and process metrics; the registry and instruments stand alone. */
const slimPromClient = (more = "") => ({
  name: "slim-prom-client",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^prom-client$/ }, () => ({ path: "prom-client", namespace: "slim" }));
    onLoad({ filter: /.*/, namespace: "slim" }, () => ({
      contents: `
        export { default as Registry } from "prom-client/lib/registry.js";
        export { default as Counter } from "prom-client/lib/counter.js";
        export { default as Gauge } from "prom-client/lib/gauge.js";
        export { default as Histogram } from "prom-client/lib/histogram.js";
        ${more}`,
      resolveDir: root,
    }));
  },
});

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
  // ofetch's Node entry brings node-fetch-native (116 kB) for a fetch that Node has.
  alias: { ofetch: join(dirname(require.resolve("ofetch")), "index.mjs") },
};

function buildNode() {
  return build({
    ...shared,
    entryPoints: ["functions/node/server.ts"],
    outdir: "dist/node",
    // What is imported on demand (the Redis client) is a file of its own.
    splitting: true,
    plugins: [
      noZodLocales,
      slimPromClient('export { default as collectDefaultMetrics } from "prom-client/lib/defaultMetrics.js";'),
    ],
    platform: "node",
    // For CommonJS dependencies inside an ES module.
    banner: {
      js: 'import{createRequire as nodeCreateRequire}from"node:module";const require=nodeCreateRequire(import.meta.url);',
    },
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
    plugins: [noZodLocales, slimPromClient(), inspectOnly],
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
const [node, worker] = await Promise.all([buildNode(), buildWorker(), buildWeb()]);
await writeFile(join(root, "dist/package.json"), JSON.stringify({ type: "module", version }));
await checkSizes({ ...node.metafile.outputs, ...worker.metafile.outputs });
