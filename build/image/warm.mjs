/**
 * Runs in the image's own Node while the image is built: `node warm.mjs /app /tmp/out/app`. Makes the files for a fast
 * start: the snapshot of V8's heap, and the compiled code of the files that only some settings load. Then lays out all
 * files.
 */
import { join } from "node:path";
import { layOut } from "./lay-out.mjs";
import { buildCache, buildSnapshot } from "./snapshot.mjs";

const [app, to] = process.argv.slice(2);
buildSnapshot(join(app, "node"));
buildCache(join(app, "node"));
layOut(app, to, () => true);
