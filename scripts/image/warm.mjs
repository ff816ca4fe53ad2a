/**
 * Runs in the image's own Node while it is built: `node warm.mjs /app /tmp/out/app`. Where the bundle brings a program
 * that warms its compile cache (`node/warm.js`, by any of Node's endings), runs it; then lays out all but that program.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { layOut } from "./lay-out.mjs";

const [app, to] = process.argv.slice(2);
const isWarmer = (name) => /^warm\.[cm]?js$/.test(name);

const warmer = readdirSync(join(app, "node")).find(isWarmer);
if (warmer) execFileSync(process.execPath, [join(app, "node", warmer)], { stdio: "inherit" });
else console.log("no compile cache: the bundle has no node/warm.js");
layOut(app, to, (path) => !(path.startsWith("node/") && isWarmer(path.slice("node/".length))));
