/**
 * The built Worker in workerd as a program: `PORT`, `BINDINGS` (JSON). Prints one line of JSON once it listens, and is reloaded by
 * the message "reload". A process of its own, since miniflare ends the one that it runs in at a signal, before that can clean up.
 */
import { readFile } from "node:fs/promises";
import { Miniflare } from "miniflare";
import { readWorkerConfig } from "../../test/targets/worker-config.ts";

// workerd is ended as the process exits; miniflare itself sees to SIGINT and SIGTERM.
process.once("SIGHUP", () => process.exit(129));

const { PORT, BINDINGS } = process.env;
const { main, options } = await readWorkerConfig();

/** As wrangler.toml describes it. */
async function toOptions() {
  return {
    ...options,
    modules: [{ type: "ESModule", path: "worker.js", contents: await readFile(main, "utf8") }],
    bindings: { ...options.bindings, ...JSON.parse(BINDINGS) },
    host: "127.0.0.1",
    port: Number(PORT),
  };
}

const miniflare = new Miniflare(await toOptions());
const url = await miniflare.ready;
process.on("message", async (message) => {
  if (message !== "reload") return;
  await miniflare.setOptions(await toOptions());
  process.send("reloaded");
});
console.log(JSON.stringify({ level: "info", msg: "listening", port: Number(url.port), url: url.origin }));
