import { enableCompileCache } from "node:module";
import { join } from "node:path";

// Compiled code that scripts/warm.mjs left beside the bundle, where it did; read only, so that it works in an image
// that cannot be written. It must be on before the bundle is loaded: hence two files.
enableCompileCache(join(import.meta.dirname, "cache"));
// oxlint-disable-next-line no-undef
require("./app.js");
