/**
 * `node cache.mjs /app/node`, by snapshot.mjs: loads the files that are not in the snapshot, and leaves their compiled
 * code in cache/.
 */
import { createRequire, enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

const [folder] = process.argv.slice(2);
// Compiled code is only found with the flags of its compilation.
for (const flag of ["random-seed", "hash-seed"]) setFlagsFromString(`--${flag}=0`);
enableCompileCache(join(folder, "cache"));
const require = createRequire(join(folder, "app.js"));
const names = ["atom", "credential-files", "embed", "github-app", "oembed", "pages", "redis", "tracing"];
for (const name of names) require(`./${name}.js`);
flushCompileCache();
