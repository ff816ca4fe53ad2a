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
Prints sizes, and fails where a bundle is larger than its ceiling.
`;
readOptions({ usage });

// They import the sources, which an old Node cannot: it was refused above.
const { appOptions, besideAppOptions, closure, workerOptions } = await import("./build/bundles.mjs");
const { prebuiltOpenapi } = await import("./build/plugins/prebuilt-openapi.mjs");

const root = import.meta.dirname;

/** Largest bundles allowed, in kB (1000 bytes), minified and gzipped. Raise one only with a reason. */
const ceilings = { "dist/node/app.js": 220, "dist/worker/worker.js": 100 };

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const openapi = await prebuiltOpenapi(root, version);
const source = { root, version, commit: commit(root), out: "dist", release: openapi.plugin };

await rm(join(root, source.out), { recursive: true, force: true });
const [app, worker] = await Promise.all([
  build(appOptions(source)),
  build(workerOptions(source)),
  buildWeb(),
  build(besideAppOptions(source)),
]);
for (const [name, text] of Object.entries(openapi.documents))
  await writeFile(join(root, source.out, "web", name), text);
await layOutPackages(source);

const outputs = { ...app.metafile.outputs, ...worker.metafile.outputs };
for (const [file, ceiling] of Object.entries(ceilings)) {
  const paths = [...closure(outputs, file)].map((path) => join(root, path));
  await reportSize(file, paths, ceiling);
}
