import { enableCompileCache } from "node:module";
import { join } from "node:path";

/** The oldest Node that runs the bundle, such as `22.18`; the build takes it from package.json. */
declare const EDGE_GISTS_OLDEST_NODE: string;

function isOlder(version: string, oldest: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldest.split(".").map(Number);
  return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

const { node } = process.versions;
if (isOlder(node, EDGE_GISTS_OLDEST_NODE)) {
  process.stderr.write(`Edge Gists needs Node ${EDGE_GISTS_OLDEST_NODE} or later: this is Node ${node}.\n`);
  process.exit(1);
}
// For starts without the container's snapshot: compiled code is cached next to the bundle if the folder is writable.
// The cache must be on before the bundle is loaded: hence two files.
enableCompileCache(join(import.meta.dirname, "cache"));
// oxlint-disable-next-line no-undef
require("./app.js");
