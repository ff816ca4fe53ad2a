import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

interface Module {
  type: "ESModule";
  path: string;
  contents: string;
}

/**
 * The built Worker's files as miniflare takes them: the main one first, then those that are loaded on demand.
 * @param main the bundle's path
 * @param at the folder that their paths name. Contents are given with them: miniflare would resolve a path against the
 * working directory
 */
export async function readWorkerModules(main: string, at = ""): Promise<Module[]> {
  const folder = dirname(main);
  const others = (await readdir(folder)).filter((name) => name.endsWith(".js") && name !== basename(main));
  return Promise.all(
    [basename(main), ...others.toSorted()].map(async (name) => ({
      type: "ESModule",
      path: join(at, name),
      contents: await readFile(join(folder, name), "utf8"),
    })),
  );
}
