import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { Asset } from "../core/ports.ts";

const contentTypes: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
};

/** Files of one folder by exact name, read at the first request for each and then cached. */
export function createAssets(folder: string): (name: string) => Promise<Asset | undefined> {
  let names: Promise<Set<string>> | undefined;
  const files = new Map<string, Promise<Asset>>();

  /** A failure is not cached: the next request tries again. */
  async function list(): Promise<Set<string>> {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return new Set(entries.filter((entry) => entry.isFile()).map((entry) => entry.name));
    } catch (error) {
      names = undefined;
      throw error;
    }
  }

  async function read(name: string): Promise<Asset> {
    const contentType = contentTypes[extname(name)] ?? "application/octet-stream";
    try {
      return { body: await readFile(join(folder, name)), contentType };
    } catch (error) {
      files.delete(name);
      throw error;
    }
  }

  return async function asset(name) {
    names ??= list();
    // Only listed files are ever opened: a name cannot lead out of the folder.
    if (!(await names).has(name)) return undefined;
    const file = files.get(name) ?? read(name);
    files.set(name, file);
    return file;
  };
}
