import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";

/**
 * Prints what files weigh together, each gzipped by itself, in kB (1000 bytes). Above the ceiling, if there is one, the build fails.
 * @param {string} name
 * @param {readonly string[]} paths
 * @param {number} [ceiling] of the gzipped size
 */
export async function reportSize(name, paths, ceiling = Infinity) {
  const files = await Promise.all(paths.map((path) => readFile(path)));
  const sum = (sizes) => sizes.reduce((total, size) => total + size, 0) / 1000;
  const size = sum(files.map((bytes) => bytes.length));
  const gzip = sum(files.map((bytes) => gzipSync(bytes, { level: 9 }).length));
  if (gzip > ceiling) process.exitCode = 1;
  const limit = ceiling === Infinity ? "" : ` (ceiling ${ceiling})`;
  const verdict = gzip <= ceiling ? "" : "  TOO LARGE";
  console.log(`${name}: ${size.toFixed(1)} kB, ${gzip.toFixed(1)} kB gzip${limit}${verdict}`);
}
