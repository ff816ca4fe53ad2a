import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../harness/built.mjs";
import { readOptions } from "./options.mjs";

const target = join(root, "stand-in/github-openapi.json");

const usage = `
node scripts/github-openapi.mjs [--version=VERSION]

Writes stand-in/github-openapi.json: the part of GitHub's OpenAPI description that tests compare the
stand-in with. Downloads the npm package @octokit/openapi (25 MB) into a temporary folder.
`;

/** Schemas that tests name; those of the operations below come along by themselves. */
const named = ["basic-error", "validation-error", "rate-limit-overview"];

const isWanted = (path) => /^\/(?:gists(?:\/|$)|users\/\{username\}\/gists$|rate_limit$)/.test(path);

/** For people, and by far the most of the file. */
const prose = new Set(["description", "summary", "title", "example", "examples", "x-multi-segment"]);

/** Without prose. Below `properties` keys are names, of which one may be `description`. */
function strip(value, isNames = false) {
  if (Array.isArray(value)) return value.map((item) => strip(item));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => isNames || !prose.has(key))
      .map(([key, item]) => [key, strip(item, !isNames && key === "properties")]),
  );
}

/** The bodies of successful GET requests, by path. */
function cutPaths(paths) {
  return Object.fromEntries(
    Object.entries(paths).flatMap(([path, { get }]) => {
      const schema = get?.responses["200"]?.content?.["application/json"]?.schema;
      if (!isWanted(path) || !schema) return [];
      return [[path, { get: { responses: { 200: { content: { "application/json": { schema } } } } } }]];
    }),
  );
}

/** The schemas with these names, and all that they refer to. */
function cutSchemas(schemas, names) {
  const kept = {};
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name in kept) continue;
    if (!(name in schemas)) throw new Error(`GitHub's description has no schema ${name}`);
    kept[name] = strip(schemas[name]);
    waiting.push(...referred(kept[name]));
  }
  return Object.fromEntries(Object.entries(kept).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function referred(value) {
  return [...JSON.stringify(value).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name);
}

/** @returns the description, and where it is from */
function download(version) {
  const folder = mkdtempSync(join(tmpdir(), "edge-gists-openapi-"));
  try {
    const packed = execFileSync("npm", ["pack", "--json", `@octokit/openapi@${version}`], {
      cwd: folder,
      stdio: ["ignore", "pipe", "inherit"],
      shell: process.platform === "win32",
    });
    const [{ name, version: exact, integrity, filename }] = Object.values(JSON.parse(packed));
    execFileSync("tar", ["xzf", filename], { cwd: folder });
    const read = (file) => readFileSync(join(folder, "package", file), "utf8");
    return {
      description: JSON.parse(read("generated/api.github.com.json")),
      source: { package: name, version: exact, integrity, licence: read("LICENSE").trim() },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const { "x-source": current } = JSON.parse(readFileSync(target, "utf8"));
const { values } = readOptions({
  usage,
  options: { version: { type: "string", value: "VERSION", default: current.version, description: "of the package" } },
});
const { description, source } = download(values.version);
const paths = cutPaths(strip(description.paths));
const schemas = cutSchemas(description.components.schemas, [...named, ...referred(paths)]);
writeFileSync(
  target,
  JSON.stringify(
    { "x-source": source, openapi: description.openapi, info: description.info, paths, components: { schemas } },
    undefined,
    2,
  ),
);
execFileSync(process.execPath, [join(root, "node_modules/oxfmt/bin/oxfmt"), target], { stdio: "inherit" });
console.log(
  `${target}: ${Object.keys(paths).length} paths, ${Object.keys(schemas).length} schemas of ${source.version}`,
);
