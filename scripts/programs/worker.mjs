/**
 * The built Worker as a program: `PORT`, `BINDINGS` (JSON). Prints one line of JSON once it listens, and is reloaded by the
 * message "reload". A process of its own, since miniflare ends the one that it runs in at a signal, before that can clean up.
 */
import { serveWorker } from "../worker.mjs";

// workerd is ended as the process exits; miniflare itself sees to SIGINT and SIGTERM.
process.once("SIGHUP", () => process.exit(129));

const { PORT, BINDINGS } = process.env;
const { url, reload } = await serveWorker({ port: Number(PORT), bindings: JSON.parse(BINDINGS) });
process.on("message", async (message) => {
  if (message !== "reload") return;
  await reload();
  process.send("reloaded");
});
console.log(JSON.stringify({ level: "info", msg: "listening", port: Number(new URL(url).port), url }));
