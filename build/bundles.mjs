import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspectOnly } from "./plugins/inspect-only.mjs";
import { lazyBuiltins } from "./plugins/lazy-builtins.mjs";
import { onDemandBundles } from "./plugins/on-demand-bundles.mjs";
import { slimOfetch } from "./plugins/slim-ofetch.mjs";
import { slimOtel } from "./plugins/slim-otel.mjs";
import { slimPromClient } from "./plugins/slim-prom-client.mjs";
import { slimSettings } from "./plugins/slim-settings.mjs";
import { slimUndici } from "./plugins/slim-undici.mjs";
import { slimZod } from "./plugins/slim-zod.mjs";

/**
 * @typedef {object} Source
 * @property {string} root of the repository
 * @property {string} version of package.json
 * @property {string} commit
 * @property {string} out folder for the bundles, relative to the root
 * @property {import("esbuild").Plugin} [release] reads the OpenAPI document from the web folder; without it the bundles
 * are for development: not minified, and with all that a change of a source may need
 */

/** The oldest Node of package.json, such as `22.18`. */
function oldestNode(root) {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return engines.node.replace(">=", "");
}

/** @param {Source} source */
function common({ root, version, commit, release }) {
  return {
    absWorkingDir: root,
    bundle: true,
    minify: release !== undefined,
    sourcemap: true,
    format: "esm",
    target: "es2024",
    legalComments: "linked",
    logLevel: "warning",
    metafile: true,
    define: {
      EDGE_GISTS_VERSION: JSON.stringify(version),
      EDGE_GISTS_COMMIT: JSON.stringify(commit),
      EDGE_GISTS_OLDEST_NODE: JSON.stringify(oldestNode(root)),
    },
  };
}

/** Plugins of a bundle that serves. Those that read the sources once, ahead of the build, are for a release only. */
const slim = ({ root, release }, runtime) => [
  ...(release ? [release, slimZod(root), slimSettings(root, runtime)] : []),
  slimOfetch,
];

/**
 * A bundle for Node. CommonJS, because an ES module that imports node:http makes Node read every one of its exports,
 * WebSocket and with it undici among them.
 */
function nodeOptions(source, entryPoints, plugins) {
  const options = common(source);
  return {
    ...options,
    format: "cjs",
    entryPoints,
    outdir: `${source.out}/node`,
    external: ["./app.js"],
    plugins,
    // Files that are loaded on demand are required too: import() would start Node's loader of ES modules.
    supported: { "dynamic-import": false },
    platform: "node",
    // ES modules if a package has both: only these can be loaded on demand and shaken.
    mainFields: ["module", "main"],
    define: {
      ...options.define,
      "import.meta.url": "importMetaUrl",
      "import.meta.dirname": "__dirname",
      // The look-up would make Node load its own undici.
      "globalThis.CloseEvent": "undefined",
    },
    banner: { js: 'const importMetaUrl=require("node:url").pathToFileURL(__filename).href;' },
  };
}

/** The container's bundle, all of which is in the startup snapshot: one file that starts fast. */
export function appOptions(source) {
  return nodeOptions(source, { app: "functions/node/app.ts" }, [
    ...slim(source, "node"),
    slimPromClient(source.root, ["instruments", "process"]),
    onDemandBundles,
    slimUndici,
    lazyBuiltins,
  ]);
}

/** The files next to it: the start without a snapshot, and the parts that only some settings or requests need. */
export function besideAppOptions(source) {
  const entryPoints = {
    server: "functions/node/server.ts",
    redis: "functions/node/redis/redis.ts",
    "credential-files": "functions/node/credential-files.ts",
    "github-app": "functions/core/github/app/github-app.ts",
    tracing: "functions/node/telemetry/tracing.ts",
    atom: "functions/core/forms/atom.ts",
    embed: "functions/core/forms/embed.ts",
    oembed: "functions/core/forms/oembed.ts",
    pages: "functions/core/forms/pages.ts",
    "llhttp-wasm": "node_modules/undici/lib/llhttp/llhttp-wasm.js",
  };
  return nodeOptions(source, entryPoints, [slimOtel("node")]);
}

/** The Worker's bundle: worker.js, and a file beside it for each part that is loaded on demand. */
export function workerOptions(source) {
  return {
    ...common(source),
    entryPoints: ["functions/worker/worker.ts"],
    outdir: `${source.out}/worker`,
    splitting: true,
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    plugins: [...slim(source, "worker"), slimPromClient(source.root, ["instruments"]), slimOtel("worker"), inspectOnly],
  };
}

/**
 * A file of a build with all that it imports.
 * @param {import("esbuild").Metafile["outputs"]} outputs
 * @param {string} file
 * @param {readonly string[]} apart sources whose files, if they are loaded on demand, do not count
 * @param {Set<string>} seen
 */
export function closure(outputs, file, apart, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { path, kind } of outputs[file]?.imports ?? []) {
    const isApart = kind === "dynamic-import" && apart.includes(outputs[path]?.entryPoint);
    if (path in outputs && !isApart) closure(outputs, path, apart, seen);
  }
  return seen;
}

/**
 * What most isolates of the Worker never load. A source that is no longer loaded on demand fails the build.
 * @type {readonly string[]}
 */
export const workerApart = [
  "functions/core/config/unknown-settings.ts",
  "functions/core/forms/atom.ts",
  "functions/core/forms/embed.ts",
  "functions/core/forms/oembed.ts",
  "functions/core/forms/pages.ts",
  "functions/core/github/app/github-app.ts",
  "functions/core/telemetry/otel/config.ts",
  "functions/worker/objects/budget-state.ts",
  "functions/worker/objects/turn-state.ts",
  "functions/worker/tracing.ts",
  "functions/core/serving/raw-files.ts",
];
