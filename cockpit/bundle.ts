import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { build } from "esbuild";

const folder = join(import.meta.dirname, "page");

const types: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

export interface File {
  body: Uint8Array<ArrayBuffer>;
  type: string;
}

/** The files of the page, by their names; bundled in memory, with the explorer's styles. */
export async function bundlePage(): Promise<Map<string, File>> {
  const { outputFiles } = await build({
    entryPoints: { cockpit: join(folder, "cockpit.ts"), "cockpit-style": join(folder, "style/cockpit.css") },
    outdir: "/",
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: ["es2023", "chrome123", "firefox120", "safari17.5"],
    logLevel: "warning",
  });
  const web = join(import.meta.dirname, "../functions/web");
  const read = async (path: string) => new Uint8Array(await readFile(path));
  const files: [string, Uint8Array<ArrayBuffer>][] = [
    ...outputFiles.map(
      ({ path, contents }) =>
        [path.replace(/^.*[/\\]/, ""), new Uint8Array(contents)] as [string, Uint8Array<ArrayBuffer>],
    ),
    ["index.html", await read(join(folder, "index.html"))],
    ["icon.svg", await read(join(web, "icon.svg"))],
  ];
  return new Map(files.map(([name, body]) => [name, { body, type: types[extname(name)] ?? "text/plain" }]));
}
