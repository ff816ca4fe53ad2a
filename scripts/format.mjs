import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { readOptions, refuse } from "./options.mjs";

const usage = `
npm run format [FILE ...]

Formats all files by oxfmt, or the files and folders that are named. npm run check format checks
them, and changes nothing.
`;
const { positionals } = readOptions({ usage, anyWords: ["FILE", "a file or folder to format"] });
const missing = positionals.find((path) => !existsSync(path));
if (missing) refuse(`${missing}: there is no such file or folder.`);
const oxfmt = join(root, "node_modules/oxfmt/bin/oxfmt");
const { status } = spawnSync(process.execPath, [oxfmt, ...positionals], { stdio: "inherit" });
process.exitCode = status ?? 1;
