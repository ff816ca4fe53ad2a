/** `node cache.mjs /app/node`, by snapshot.mjs: loads what is not in the snapshot, and leaves its compiled code in cache/. */
import { createRequire, enableCompileCache, flushCompileCache } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";

const [folder] = process.argv.slice(2);
// Code that was compiled by other flags than it is run by is not found.
for (const flag of ["random-seed", "hash-seed"]) setFlagsFromString(`--${flag}=0`);
enableCompileCache(join(folder, "cache"));
const require = createRequire(join(folder, "app.js"));
for (const name of ["redis", "tracing"]) require(`./${name}.js`);
flushCompileCache();
