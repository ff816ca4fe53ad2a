import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeSettings } from "../../functions/node/config.ts";
import { settings } from "../../functions/core/config/config.ts";
import { createPlugin, replaceKnown } from "../plugin.mjs";

/**
 * The tables of settings without their descriptions: they are for docs/settings.md, and no bundle needs them.
 *
 * A description that is not written as one string of double quotes fails the build; so does a table in another file.
 */
export function slimSettings(root, runtime) {
  const ofNode = Object.entries(nodeSettings).filter(([name]) => !(name in settings));
  const tables = new Map([[join(root, "functions/core/config/config.ts"), Object.values(settings)]]);
  if (runtime === "node")
    tables.set(
      join(root, "functions/node/config.ts"),
      ofNode.map(([, setting]) => setting),
    );
  return createPlugin("slim-settings", ({ onLoad }) => {
    const each = runtime === "node" ? ["core", "node"] : ["core"];
    onLoad(
      { filter: new RegExp(`functions[\\\\/](${each.join("|")})(?:[\\\\/]config)?[\\\\/]config\\.ts$`), each },
      async ({ path }) => {
        const table = tables.get(path);
        if (!table) return undefined;
        let contents = await readFile(path, "utf8");
        for (const { description } of table) contents = replaceKnown(contents, JSON.stringify(description), '""', path);
        return { contents, loader: "ts" };
      },
    );
  });
}
