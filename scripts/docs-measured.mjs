import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { withMeasured } from "../docs/generate/measured.ts";
import { readOptions } from "./options.mjs";

const usage = `
npm run docs:measured

Writes the figures of README.md from bench/results.
`;
readOptions({ usage });

const file = new URL("../README.md", import.meta.url);
writeFileSync(file, withMeasured(readFileSync(file, "utf8")));
spawnSync("npx", ["oxfmt", "README.md"], { stdio: "inherit", shell: process.platform === "win32" });
