import { enableCompileCache } from "node:module";
import { join } from "node:path";

// For starts without the container's snapshot: compiled code is cached next to the bundle if the folder is writable.
// The cache must be on before the bundle is loaded: hence two files.
enableCompileCache(join(import.meta.dirname, "cache"));
// oxlint-disable-next-line no-undef
require("./app.js");
