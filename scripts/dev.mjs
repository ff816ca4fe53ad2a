/** `npm run dev`: the Worker in miniflare, built anew and reloaded on every change. */
import { watch } from "node:fs";
import { join } from "node:path";
import { build, root } from "./built.mjs";
import { serveWorker } from "./worker.mjs";

/** Settings that a developer may give by environment. */
const passedOn = ["GITHUB_TOKEN", "GITHUB_API_URL", "PUBLIC_URL", "CORS_ORIGINS", "CACHE_TTL_SECONDS", "LOG_LEVEL"];

if (!build()) process.exit(1);
const bindings = Object.fromEntries(
  passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);
const worker = await serveWorker({ port: Number(process.env.PORT ?? 8787), bindings });
console.log(`The Worker serves on ${worker.url} and reloads when functions/ changes. Ctrl+C ends it.`);

let timer;
watch(join(root, "functions"), { recursive: true }, () => {
  // Editors write a file in several steps: wait for the last.
  clearTimeout(timer);
  timer = setTimeout(async () => {
    if (!build()) return;
    await worker.reload();
    console.log("reloaded");
  }, 100);
});
process.once("SIGINT", async () => {
  await worker.stop();
  process.exit(0);
});
