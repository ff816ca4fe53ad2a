import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { commit } from "./build/commit.mjs";
import { layOutPackages } from "./build/packages.mjs";
import { reportSize } from "./build/sizes.mjs";
import { buildWeb } from "./build/web.mjs";
import { readOptions } from "./scripts/options.mjs";

const usage = `
npm run build

Builds dist/: the container's bundle, the Worker's bundle and the web folder that both serve.
Prints sizes, and fails if a bundle is larger than its ceiling.
`;
readOptions({ usage });

// They import the sources, which an old Node cannot: it was refused above.
const { appOptions, besideAppOptions, closure, workerApart, workerOptions } = await import("./build/bundles.mjs");
const { prebuiltOpenapi } = await import("./build/plugins/prebuilt-openapi.mjs");

const root = import.meta.dirname;

/** Largest bundles allowed, in kB (1000 bytes), minified and gzipped. Raise one only with a reason. */
const ceilings = { app: 230, worker: 100 };

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const openapi = await prebuiltOpenapi(root, version);
const source = { root, version, commit: commit(root), out: "dist", release: openapi.plugin };

await rm(join(root, source.out), { recursive: true, force: true });
const [worker] = await Promise.all([
  build(workerOptions(source)),
  build(appOptions(source)),
  buildWeb(),
  build(besideAppOptions(source)),
]);
for (const [name, text] of Object.entries(openapi.documents))
  await writeFile(join(root, source.out, "web", name), text);
await layOutPackages(source);

const toPaths = (files) => [...files].map((path) => join(root, path));
await reportSize("dist/node/app.js", toPaths(["dist/node/app.js"]), ceilings.app);
const { outputs } = worker.metafile;
const entryPoints = new Set(Object.values(outputs).map(({ entryPoint }) => entryPoint));
for (const path of workerApart) if (!entryPoints.has(path)) throw new Error(`${path} is not loaded on demand`);
const ofEachIsolate = closure(outputs, "dist/worker/worker.js", workerApart);
await reportSize("dist/worker, what each isolate loads", toPaths(ofEachIsolate), ceilings.worker);
const onDemand = Object.keys(outputs).filter((path) => path.endsWith(".js") && !ofEachIsolate.has(path));
await reportSize("dist/worker, loaded on demand", toPaths(onDemand));
