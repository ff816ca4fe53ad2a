/** The groups that are one program each, which passes or fails as a whole. */
import { spawn } from "node:child_process";
import { root } from "../../harness/built.mjs";

/** What Node is given, below the root. */
const programs = {
  build: ["build.mjs"],
  types: ["node_modules/typescript/bin/tsc", "--build"],
  lint: ["node_modules/oxlint/bin/oxlint", "--deny-warnings"],
  format: ["node_modules/oxfmt/bin/oxfmt", "--check"],
  openapi: ["scripts/openapi.mjs"],
};

/** @type {import("./groups.mjs").Group[]} */
export const tools = Object.keys(programs).map((name) => ({ name, needsBuild: name === "openapi" }));

// vitest changes this process's own.
const env = { ...process.env };

/** @returns {Promise<{ isGood: boolean, output: string }>} */
export function runTool(name) {
  const child = spawn(process.execPath, programs[name], { cwd: root, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve({ isGood: false, output: String(error) }));
    child.once("close", (code) => resolve({ isGood: code === 0, output }));
  });
}
