import { dirname, join } from "node:path";
import { Miniflare } from "miniflare";
import { readWorkerConfig } from "../harness/worker-config.ts";
import { readWorkerModules } from "../harness/worker-modules.ts";
import { root } from "../harness/built.mjs";

/**
 * The built Worker in workerd on a fixed port, as wrangler.toml describes it.
 * @param {object} options
 * @param {number} options.port
 * @param {Record<string, unknown>} [options.bindings] settings
 * @param {string} [options.folder] of another build, relative to the root
 * @param {number} [options.inspectorPort]
 * @param {(line: string) => void} [options.onLog] told of each line that the Worker logs; without it they are printed
 */
export async function serveWorker({ port, bindings = {}, folder, inspectorPort, onLog }) {
  const config = await readWorkerConfig();
  const main = folder === undefined ? config.main : join(root, folder, "worker/worker.js");
  const { assets } = config.options;
  const toOptions = async () => ({
    ...config.options,
    ...(folder !== undefined && { assets: { ...assets, directory: join(root, folder, "web") } }),
    // A debugger finds the source map beside the file that has this path.
    modulesRoot: dirname(main),
    modules: await readWorkerModules(main, dirname(main)),
    bindings: { ...config.options.bindings, ...bindings },
    host: "127.0.0.1",
    port,
    ...(inspectorPort !== undefined && { inspectorPort }),
    ...(onLog && { handleStructuredLogs: ({ message }) => onLog(message) }),
  });
  const miniflare = new Miniflare(await toOptions());
  const url = await miniflare.ready;
  return {
    url: url.origin,
    reload: async () => miniflare.setOptions(await toOptions()),
    stop: () => miniflare.dispose(),
  };
}
