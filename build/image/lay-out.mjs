/**
 * Which files of dist/ are in the image, and how: `node build/image/lay-out.mjs dist /out/app`. Their times are
 * SOURCE_DATE_EPOCH (seconds since the Unix epoch; 0), so that the same source gives the same layer.
 */
import { chmodSync, cpSync, lutimesSync, readdirSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * @param {string} path of a file or folder, relative to dist/, with slashes
 * @returns {boolean} false for what the container does not need: the Worker, source maps of what runs on Node,
 * and what is made of it for this machine
 */
export function isInImage(path) {
  return /^(?:package\.json|node|web)(?:\/|$)/.test(path) && !/^node\/(?:.*\.(?:map|blob)$|cache(?:\/|$))/.test(path);
}

/** Sets modes and times below a path, folders after their content. */
function settle(path, epoch) {
  const isFolder = statSync(path).isDirectory();
  if (isFolder) for (const name of readdirSync(path)) settle(join(path, name), epoch);
  chmodSync(path, isFolder ? 0o755 : 0o644);
  lutimesSync(path, epoch, epoch);
}

/** Copies the image's files. `isWanted` gets a path relative to `from`, with slashes. */
export function layOut(from, to, isWanted) {
  cpSync(from, to, {
    recursive: true,
    filter(source) {
      const path = relative(from, source).replaceAll(sep, "/");
      return path === "" || isWanted(path);
    },
  });
  settle(to, Number(process.env.SOURCE_DATE_EPOCH ?? 0));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [from, to] = process.argv.slice(2);
  layOut(from, to, isInImage);
}
