import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createPlugin } from "../plugin.mjs";

const entry = join(dirname(createRequire(import.meta.url).resolve("ofetch")), "index.mjs");

/** Packages for a base URL, a query and a parsed body, which the call to GitHub does without. */
const unused = { destr: ["default"], ufo: ["withBase", "withQuery"] };

/**
 * ofetch's function that makes a client of a given fetch, and its error, alone. Its entry for Node brings node-fetch-native (116 kB),
 * which its version 2 removes (https://github.com/unjs/ofetch/pull/518); its entry for browsers makes a client of the
 * global fetch, which on Node loads Node's own undici.
 *
 * Another form of that entry, or another package beside it, fails the build; a call that needs `destr` or `ufo` throws.
 */
export const slimOfetch = createPlugin("slim-ofetch", ({ onResolve, onLoad }) => {
  onResolve({ filter: /^ofetch$/ }, () => ({ path: entry }));
  onLoad({ filter: /[\\/]ofetch[\\/]dist[\\/]index\.mjs$/ }, async () => {
    const text = await readFile(entry, "utf8");
    const from = /^import \{ (\w+ as createFetch) \} from ('.+');$/m.exec(text);
    const error = /^export \{ (\w+ as FetchError),/m.exec(text);
    if (!from || !error) throw new Error("ofetch: its entry is not what this plugin knows");
    return { contents: `export { ${from[1]}, ${error[1]} } from ${from[2]};`, resolveDir: dirname(entry) };
  });
  onResolve({ filter: /^(destr|ufo)$/, each: Object.keys(unused) }, ({ path, importer }) =>
    /[\\/]ofetch[\\/]/.test(importer) ? { path, namespace: "slim-ofetch" } : undefined,
  );
  onLoad({ filter: /^(destr|ufo)$/, namespace: "slim-ofetch", each: Object.keys(unused) }, ({ path }) => ({
    contents: `
      const left = () => { throw new Error("ofetch: ${path} was left out of this bundle"); };
      export { ${unused[path].map((as) => `left as ${as}`).join(", ")} };`,
  }));
});
