import { enableCompileCache } from "node:module";
import { join } from "node:path";

// For who starts without the container's snapshot: compiled code is kept beside the bundle, where that can be written. It
// must be on before the bundle is loaded: hence two files.
enableCompileCache(join(import.meta.dirname, "cache"));
// oxlint-disable-next-line no-undef
require("./app.js");
