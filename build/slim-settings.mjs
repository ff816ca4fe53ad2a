import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { settings } from "../functions/core/config/config.ts";

/** An esbuild plugin: descriptions of settings are for docs/settings.md, and are in no bundle. */
export function slimSettings(root) {
  return {
    name: "slim-settings",
    setup({ onLoad }) {
      onLoad({ filter: /config[\\/]config\.ts$/ }, async ({ path }) => {
        if (path !== join(root, "functions/core/config/config.ts")) return undefined;
        let contents = await readFile(path, "utf8");
        for (const [name, { description }] of Object.entries(settings)) {
          const text = JSON.stringify(description);
          if (!contents.includes(text))
            throw new Error(`${path}: the description of ${name} is not there as one string`);
          contents = contents.replace(text, () => '""');
        }
        return { contents, loader: "ts" };
      });
    },
  };
}
