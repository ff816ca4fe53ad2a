import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { readWorkerConfig } from "../harness/worker-config.ts";

/** The built Worker in workerd on a fixed port, as wrangler.toml describes it. */
export async function serveWorker({ port, bindings = {} }) {
  const { main, options } = await readWorkerConfig();
  const toOptions = async () => ({
    ...options,
    modules: [{ type: "ESModule", path: "worker.js", contents: await readFile(main, "utf8") }],
    bindings: { ...options.bindings, ...bindings },
    host: "127.0.0.1",
    port,
  });
  const miniflare = new Miniflare(await toOptions());
  const url = await miniflare.ready;
  return {
    url: url.origin,
    reload: async () => miniflare.setOptions(await toOptions()),
    stop: () => miniflare.dispose(),
  };
}
