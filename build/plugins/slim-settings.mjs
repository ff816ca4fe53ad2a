import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { settings } from "../../functions/core/config/config.ts";
import { createPlugin, replaceKnown } from "../plugin.mjs";

/**
 * The table of settings without its descriptions: they are for docs/settings.md, and no bundle needs them.
 *
 * A description that is not written as one string of double quotes fails the build; so does a table in another file.
 */
export function slimSettings(root) {
  const table = join(root, "functions/core/config/config.ts");
  return createPlugin("slim-settings", ({ onLoad }) => {
    onLoad({ filter: /config[\\/]config\.ts$/ }, async ({ path }) => {
      if (path !== table) return undefined;
      let contents = await readFile(path, "utf8");
      for (const { description } of Object.values(settings))
        contents = replaceKnown(contents, JSON.stringify(description), '""', path);
      return { contents, loader: "ts" };
    });
  });
}
