import { createPlugin } from "../plugin.mjs";

const modules = {
  instruments: `
    export { default as Registry } from "prom-client/lib/registry.js";
    export { default as Counter } from "prom-client/lib/counter.js";
    export { default as Gauge } from "prom-client/lib/gauge.js";
    export { default as Histogram } from "prom-client/lib/histogram.js";`,
  process: `
    export { default as Registry } from "prom-client/lib/registry.js";
    export { default as collectDefaultMetrics } from "prom-client/lib/defaultMetrics.js";`,
};

/**
 * prom-client without its main file, which loads node:cluster and the metrics of the process
 * (https://github.com/prometheus/client_js/issues/293). Process metrics are loaded after a cold start, with what they
 * need: they are a module of their own.
 *
 * A file that prom-client moves does not resolve any more, and the build fails.
 * @param {string} root of the repository
 * @param {(keyof typeof modules)[]} expected what this bundle uses
 */
export function slimPromClient(root, expected) {
  return createPlugin("slim-prom-client", ({ onResolve, onLoad }) => {
    onResolve({ filter: /^prom-client$/ }, ({ importer }) => ({
      path: importer.endsWith("process-metrics.ts") ? "process" : "instruments",
      namespace: "slim-prom-client",
    }));
    onLoad({ filter: /^(\w+)$/, namespace: "slim-prom-client", each: expected }, ({ path }) => ({
      contents: modules[path],
      resolveDir: root,
    }));
  });
}
