/**
 * Builds dist/: the container's bundle, the Worker's bundle and the web folder that both serve.
 * Prints sizes, and fails where a bundle is larger than its ceiling.
 */
import { execFileSync } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const root = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Largest bundles allowed, in kB (1000 bytes), minified and gzipped. Raise one only with a reason. */
const ceilings = { "dist/node/server.js": 122, "dist/worker/worker.js": 114 };

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
const slimPromClient = {
  name: "slim-prom-client",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^prom-client$/ }, () => ({ path: "prom-client", namespace: "slim" }));
    onLoad({ filter: /.*/, namespace: "slim" }, () => ({
      contents: `
        export { default as Registry } from "prom-client/lib/registry.js";
        export { default as Counter } from "prom-client/lib/counter.js";
        export { default as Gauge } from "prom-client/lib/gauge.js";
        export { default as Histogram } from "prom-client/lib/histogram.js";`,
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

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  target: "es2024",
  legalComments: "linked",
  logLevel: "warning",
  define: { EDGE_GISTS_VERSION: JSON.stringify(version), EDGE_GISTS_COMMIT: JSON.stringify(commit()) },
  // ofetch's Node entry brings node-fetch-native (116 kB) for a fetch that Node has.
  alias: { ofetch: join(dirname(require.resolve("ofetch")), "index.mjs") },
  plugins: [noZodLocales, slimPromClient],
};

async function buildNode() {
  await build({
    ...shared,
    entryPoints: ["functions/node/server.ts"],
    outdir: "dist/node",
    // What is imported on demand (the Redis client) is a file of its own.
    splitting: true,
    platform: "node",
    // For CommonJS dependencies inside an ES module.
    banner: { js: 'import{createRequire as r}from"node:module";const require=r(import.meta.url);' },
  });
}

async function buildWorker() {
  await build({
    ...shared,
    entryPoints: ["functions/worker/worker.ts"],
    outfile: "dist/worker/worker.js",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [...shared.plugins, inspectOnly],
  });
}

async function buildWeb() {
  const swagger = dirname(require.resolve("swagger-ui-dist/package.json"));
  await cp(join(root, "functions/web"), join(root, "dist/web"), { recursive: true });
  for (const name of ["swagger-ui.css", "swagger-ui-bundle.js"])
    await cp(join(swagger, name), join(root, "dist/web", name));
}

async function checkSizes() {
  let fine = true;
  for (const [file, ceiling] of Object.entries(ceilings)) {
    const bytes = await readFile(join(root, file));
    const gzip = gzipSync(bytes, { level: 9 }).length / 1000;
    const verdict = gzip <= ceiling ? "" : "  TOO LARGE";
    if (gzip > ceiling) fine = false;
    console.log(
      `${file}: ${(bytes.length / 1000).toFixed(1)} kB, ${gzip.toFixed(1)} kB gzip (ceiling ${ceiling})${verdict}`,
    );
  }
  if (!fine) process.exitCode = 1;
}

await rm(join(root, "dist"), { recursive: true, force: true });
await mkdir(join(root, "dist/node"), { recursive: true });
await Promise.all([buildNode(), buildWorker(), buildWeb()]);
await writeFile(join(root, "dist/package.json"), JSON.stringify({ type: "module", version }));
await checkSizes();
