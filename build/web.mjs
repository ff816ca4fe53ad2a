/** The web part of `npm run build`: dist/web, and the weight of the explorer page. */
import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { reportSize } from "./sizes.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const source = join(root, "functions/web");

/** The documents, each a route of the service (functions/core/routes/pages.ts). */
const documents = [
  "index.html",
  ...["docs", "metrics", "rate_limit", "missing", "status"].map((name) => `service/${name}.html`),
];

/** What documents share: they have it as `<!-- header.html -->`. */
async function readParts() {
  const names = ["head.html", "header.html"];
  const texts = await Promise.all(names.map((name) => readFile(join(source, "service", name), "utf8")));
  return Object.fromEntries(names.map((name, index) => [name, texts[index].trim()]));
}

/** Not named by its contents: people look for it by this name. */
const licences = "licences.txt";

/**
 * Most that the explorer may weigh, in kB (1000 bytes), each file gzipped by itself.
 *
 * - visit: a first visit of a gist: HTML, styles, scripts, icons, the worker, and the highlighter with its largest grammar
 * - part: the largest other part that is loaded on demand, with all that it needs and a visit has not loaded
 * - monitor: loaded only if one is configured
 *
 * Besides, the whole page of /status, half of which is its charts.
 */
const ceilings = { visit: 60, part: 60, monitor: 110, status: 45 };

/** Builds the web folder, prints what the page weighs, and fails if that is above the ceiling. */
export async function buildWeb() {
  const { metafile } = await build(webOptions("dist/web"));
  await finishWeb(metafile, "dist/web");
  const files = await toPage(metafile.outputs);
  const at = (paths) => paths.map((path) => join(root, path));
  await reportSize("dist/web, explorer, first visit", at(files.visit), ceilings.visit);
  await reportSize(`dist/web, explorer, on demand, largest: ${files.part.name}`, at(files.part.files), ceilings.part);
  await reportSize("dist/web, explorer's monitor", at(files.monitor), ceilings.monitor);
  await reportSize("dist/web, /status", at(files.status), ceilings.status);
}

/**
 * esbuild's options for the scripts and styles of all pages.
 * @param {string} out folder, relative to the root
 * @param {import("esbuild").BuildOptions} [changes]
 */
export function webOptions(out, changes) {
  return {
    absWorkingDir: root,
    entryPoints: {
      explorer: join(source, "explorer.ts"),
      "explorer-style": join(source, "style/explorer.css"),
      early: join(source, "early.ts"),
      theme: join(source, "page/theme.ts"),
      worker: join(source, "jobs/worker.ts"),
      service: join(source, "service/service.ts"),
      "service-style": join(source, "service/service.css"),
      docs: join(source, "service/docs.js"),
      "docs-style": join(source, "service/docs.css"),
      status: join(source, "status/status.ts"),
      "status-style": join(source, "status/status.css"),
    },
    outdir: out,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    // Imports on demand become separate files: the highlighter, its grammars, the monitor.
    splitting: true,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    // The monitor's packages contain copies of it in several versions, which do not share their registrations.
    alias: { "@opentelemetry/api": join(root, "node_modules/@opentelemetry/api") },
    target: ["es2023", "chrome123", "firefox120", "safari17.5"],
    legalComments: "linked",
    logLevel: "warning",
    metafile: true,
    ...changes,
  };
}

/**
 * Adds the documents and the icons. Every file is named by its contents, so that browsers keep it for good. Documents
 * name files as in functions/web: `assets/explorer.js` becomes `assets/explorer-<hash>.js`.
 * @param {import("esbuild").Metafile} metafile of the scripts and styles
 * @param {string} out folder, relative to the root
 */
export async function finishWeb({ inputs, outputs }, out) {
  const target = join(root, out);
  await mkdir(target, { recursive: true });
  const names = new Map(
    Object.entries(outputs).flatMap(([file, { entryPoint }]) =>
      entryPoint === undefined ? [] : [[basename(entryPoint).replace(/\.ts$/, ".js"), basename(file)]],
    ),
  );
  const swagger = dirname(require.resolve("swagger-ui-dist/package.json"));
  for (const file of [
    join(swagger, "swagger-ui.css"),
    join(swagger, "swagger-ui-bundle.js"),
    join(source, "icon.svg"),
    join(source, "card.png"),
  ])
    names.set(basename(file), await copyHashed(file, target));
  await cp(join(source, "favicon.ico"), join(target, "favicon.ico"));
  // Chunks that the page cannot do without are asked for with it, not after it.
  const page = Object.keys(outputs).find((file) => outputs[file].entryPoint?.endsWith("web/explorer.ts"));
  const preloads = [...reach(outputs, page)]
    .filter((file) => file !== page)
    .map((file) => `<link rel="modulepreload" href="assets/${basename(file)}" />`);
  const parts = await readParts();
  for (const path of documents) {
    const name = basename(path);
    const html = (await readFile(join(source, path), "utf8")).replaceAll(
      /<!-- (\w+\.html) -->/g,
      (_, part) => parts[part],
    );
    const named = html.replaceAll(/("|\{root\})assets\/([^"]+)"/g, (_, before, file) => {
      if (file === licences) return `${before}assets/${licences}"`;
      if (!names.has(file)) throw new Error(`${name} names ${file}, which is not built`);
      return `${before}assets/${names.get(file)}"`;
    });
    const built =
      name === "index.html" ? named.replace("  </head>", `    ${preloads.join("\n    ")}\n  </head>`) : named;
    await writeFile(join(target, name), built);
  }
  await writeFile(join(target, licences), await toLicences(inputs));
}

/** Copies a file under a name with a hash of its contents, in esbuild's format. */
async function copyHashed(file, target) {
  const bytes = await readFile(file);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(file);
  const name = `${basename(file, extension)}-${hash}${extension}`;
  await writeFile(join(target, name), bytes);
  return name;
}

/** The licences of all bundled packages, which their terms require. */
async function toLicences(inputs) {
  const folders = Object.keys(inputs).map((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]);
  const packages = [...new Set([...folders, "node_modules/swagger-ui-dist"])].filter((folder) => folder !== undefined);
  const texts = await Promise.all(
    packages.toSorted().map(async (folder) => {
      const { name, version } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8"));
      const file = (await readdir(join(root, folder))).find((entry) => /^licen[cs]e/i.test(entry));
      return [`${name} ${version}`, file === undefined ? "" : await readFile(join(root, folder, file), "utf8")];
    }),
  );
  // Many have the same text: each is printed once, below the names of its packages.
  const byText = Map.groupBy(texts, ([, text]) => text.trim());
  return [...byText]
    .map(([text, of]) => `${of.map(([name]) => name).join("\n")}\n\n${text}\n`)
    .join(`\n${"-".repeat(80)}\n\n`);
}

/** What a file imports, by the kind of import. */
function imports(outputs, file, kind) {
  return outputs[file].imports.flatMap((one) => (one.kind === kind && one.path in outputs ? [one.path] : []));
}

/** A file with all that it cannot do without. */
function reach(outputs, file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const path of imports(outputs, file, "import-statement")) reach(outputs, path, seen);
  return seen;
}

/** The files of a first visit, of the largest part on demand, and those that only the monitor loads. */
async function toPage(outputs) {
  const find = (name) => Object.keys(outputs).find((file) => outputs[file].entryPoint?.endsWith(name));
  const weigh = async (files) => {
    const sizes = files.map(async (file) => gzipSync(await readFile(join(root, file)), { level: 9 }).length);
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  };
  const without = (file, known) => [...reach(outputs, file)].filter((path) => !known.has(path));
  async function largest(files, known) {
    const parts = files.map((file) => ({ name: basename(file), files: without(file, known) }));
    const sizes = await Promise.all(parts.map((part) => weigh(part.files)));
    return parts[sizes.indexOf(Math.max(...sizes))];
  }

  const start = [
    "web/explorer.ts",
    "style/explorer.css",
    "web/early.ts",
    "page/theme.ts",
    "jobs/worker.ts",
    "code/highlight.ts",
  ];
  const visit = new Set(start.flatMap((name) => [...reach(outputs, find(name))]));
  const highlighter = find("code/highlight.ts");
  const grammars = [...reach(outputs, highlighter)].flatMap((file) => imports(outputs, file, "dynamic-import"));
  for (const file of (await largest(grammars, visit)).files) visit.add(file);
  const monitor = find("telemetry/faro.ts");
  const onDemand = [find("web/explorer.ts"), find("jobs/worker.ts")]
    .flatMap((file) => [...reach(outputs, file)].flatMap((path) => imports(outputs, path, "dynamic-import")))
    .filter((file) => file !== monitor && file !== highlighter);
  const icons = (await readdir(join(root, "dist/web"))).filter((name) => /\.(?:svg|ico)$/.test(name));
  const ofStatus = ["status/status.ts", "status/status.css", "service/service.css", "web/early.ts", "page/theme.ts"];
  return {
    visit: [...visit, ...["index.html", ...icons].map((name) => join("dist/web", name))],
    part: await largest(onDemand, visit),
    monitor: without(monitor, visit),
    status: [
      ...new Set(ofStatus.flatMap((name) => [...reach(outputs, find(name))])),
      ...["status.html", ...icons].map((name) => join("dist/web", name)),
    ],
  };
}
