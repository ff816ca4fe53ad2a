import { watch } from "node:fs";
import { join } from "node:path";
import { build, root } from "../harness/built.mjs";
import { createPrograms, runWorker } from "./programs.mjs";
import { readOptions } from "./options.mjs";

const usage = `
npm run dev

The Worker in miniflare on PORT (8787), built anew and reloaded on every change. Settings in the
environment that it passes on: GITHUB_TOKEN, GITHUB_API_URL, PUBLIC_URL, PUBLIC_HOSTS,
CORS_ORIGINS, CACHE_TTL_SECONDS, LOG_LEVEL.
`;
readOptions({ usage });

/** Settings that a developer may give by environment. */
const passedOn = [
  "GITHUB_TOKEN",
  "GITHUB_API_URL",
  "PUBLIC_URL",
  "PUBLIC_HOSTS",
  "CORS_ORIGINS",
  "CACHE_TTL_SECONDS",
  "LOG_LEVEL",
];

const programs = createPrograms();
if (!build()) process.exit(1);
const bindings = Object.fromEntries(
  passedOn.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
);
const port = Number(process.env.PORT ?? 8787);
const worker = await runWorker(programs, port, bindings);
console.log(`The Worker serves on http://127.0.0.1:${port} and reloads when functions/ changes. Ctrl+C ends it.`);

let timer;
watch(join(root, "functions"), { recursive: true }, () => {
  // Editors write a file in several steps: wait for the last.
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (build()) worker.send("reload");
  }, 100);
});
worker.on("message", console.log);
