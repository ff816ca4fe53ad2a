import { readFileSync } from "node:fs";
import { createPlugin } from "../plugin.mjs";

/** The members of node:util that prom-client uses: it shows an invalid value in an error. */
const members = ["inspect", "format"];

/**
 * node:util reduced to what prom-client uses of it. A Worker would need the flag `nodejs_compat` for the module
 * (https://developers.cloudflare.com/workers/runtime-apis/nodejs).
 *
 * A file that uses another member of node:util fails the build.
 */
export const inspectOnly = createPlugin("inspect-only", ({ onResolve, onLoad }) => {
  onResolve({ filter: /^util$/ }, ({ importer }) => {
    for (const [, member] of readFileSync(importer, "utf8").matchAll(/\butil\.(\w+)/g))
      if (!members.includes(member)) throw new Error(`${importer} uses util.${member}: add it to inspect-only`);
    return { path: "util", namespace: "inspect-only" };
  });
  onLoad({ filter: /^util$/, namespace: "inspect-only" }, () => ({
    contents: `export const ${members.map((member) => `${member} = String`).join(", ")};`,
  }));
});
