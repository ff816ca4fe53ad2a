import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Writes what says which kind of modules the bundles are. The file of the folder itself is the last of a build: its time
 * is the time of the build.
 * @param {Pick<import("./bundles.mjs").Source, "root" | "out" | "version">} source
 */
export async function layOutPackages({ root, out, version }) {
  await mkdir(join(root, out, "node"), { recursive: true });
  await writeFile(join(root, out, "node/package.json"), JSON.stringify({ type: "commonjs" }));
  await writeFile(join(root, out, "package.json"), JSON.stringify({ type: "module", version }));
}
