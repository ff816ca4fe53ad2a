import { execFileSync } from "node:child_process";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildApp, buildBesideApp, buildWorker, closure } from "./build/bundles.mjs";
import { prebuiltOpenapi } from "./build/plugins/prebuilt-openapi.mjs";
import { reportSize } from "./build/sizes.mjs";
import { buildWeb } from "./build/web.mjs";
import { readOptions } from "./scripts/options.mjs";

const usage = `
npm run build

Builds dist/: the container's bundle, the Worker's bundle and the web folder that both serve.
Prints sizes, and fails where a bundle is larger than its ceiling.
`;
readOptions({ usage });

const root = import.meta.dirname;

/** Largest bundles allowed, in kB (1000 bytes), minified and gzipped. Raise one only with a reason. */
const ceilings = { "dist/node/app.js": 220, "dist/worker/worker.js": 100 };

function commit() {
  if (process.env.GIT_COMMIT) return process.env.GIT_COMMIT;
  try {
    return execFileSync("git", ["rev-parse", "HEAD"], { cwd: root, stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  } catch {
    return "unknown";
  }
}

const { version } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
const openapi = await prebuiltOpenapi(root, version);
const source = { root, version, commit: commit(), openapi: openapi.plugin };

await rm(join(root, "dist"), { recursive: true, force: true });
await mkdir(join(root, "dist/node"), { recursive: true });
const [app, worker] = await Promise.all([buildApp(source), buildWorker(source), buildWeb(), buildBesideApp(source)]);
await writeFile(join(root, "dist/web/openapi.json"), openapi.text);
await writeFile(join(root, "dist/node/package.json"), JSON.stringify({ type: "commonjs" }));
await writeFile(join(root, "dist/package.json"), JSON.stringify({ type: "module", version }));

const outputs = { ...app.metafile.outputs, ...worker.metafile.outputs };
for (const [file, ceiling] of Object.entries(ceilings)) {
  const paths = [...closure(outputs, file)].map((path) => join(root, path));
  await reportSize(file, paths, ceiling);
}
