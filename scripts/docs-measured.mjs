/** `npm run docs:measured`: makes the figures of README.md anew from bench/results. */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { withMeasured } from "../test/docs/render-measured.ts";

const file = new URL("../README.md", import.meta.url);
writeFileSync(file, withMeasured(readFileSync(file, "utf8")));
spawnSync("npx", ["oxfmt", "README.md"], { stdio: "inherit", shell: process.platform === "win32" });
