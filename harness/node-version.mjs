import { readFileSync } from "node:fs";

const { engines } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/** The oldest Node that runs the project, such as `22.18`: it is the first that runs TypeScript as it is. */
export const oldestNode = /^>=(\d+\.\d+)$/.exec(engines.node)[1];

const toNumber = (version) => version.split(".").reduce((sum, part, at) => sum + Number(part) * 1000 ** (2 - at), 0);

/** Ends the program where its Node is too old, with a sentence instead of a stack trace. */
export function requireNode(version = process.versions.node) {
  if (toNumber(version) >= toNumber(oldestNode)) return;
  console.error(
    `Edge Gists needs Node ${oldestNode} or later: this is Node ${version}, ${process.execPath}.\n` +
      "(npm 11.6 or later runs the scripts on the Node 24 that npm ci installs, whatever Node npm itself runs on.)",
  );
  process.exit(1);
}
