/**
 * Runs in the image's own Node while it is built: `node warm.mjs /app /tmp/out/app`. Makes what a start is fast by, the
 * snapshot of V8's heap that the container starts from and the compiled code of what only some settings load, and lays
 * out all of it.
 */
import { join } from "node:path";
import { layOut } from "./lay-out.mjs";
import { buildCache, buildSnapshot } from "./snapshot.mjs";

const [app, to] = process.argv.slice(2);
buildSnapshot(join(app, "node"));
buildCache(join(app, "node"));
layOut(app, to, () => true);
