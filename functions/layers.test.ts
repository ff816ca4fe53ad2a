import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = dirname(fileURLToPath(import.meta.url));

/** The imports of a file in every syntax of the language: packages by name, files as paths below functions/. */
function importsOf(file: string): string[] {
  const source = readFileSync(file, "utf8").replaceAll(/^\s*(?:\/?\*|\/\/).*$/gm, "");
  const specifiers = source.matchAll(
    /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*|<reference\s+\w+=)["'`]([^"'`]+)["'`]/g,
  );
  return [...specifiers].map(([, name = ""]) =>
    name.startsWith(".")
      ? relative(root, resolve(dirname(file), name))
          .split(sep)
          .join("/")
      : name,
  );
}

/** Source files of one layer without tests, which run on Node whatever they test. */
function filesOf(layer: string): string[] {
  return readdirSync(join(root, layer), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.[cm]?[jt]sx?$/.test(name) && !name.endsWith(".test.ts"))
    .map((name) => join(root, layer, name));
}

const isBuiltin = (name: string) => /^(?:node|cloudflare|bun|deno):/.test(name);

/** The imports that each layer may take from the other folders and from its runtime. */
const rules: Record<string, (name: string) => boolean> = {
  core: (name) => name.startsWith("core/") || (isPackage(name) && !isBuiltin(name)),
  node: (name) => /^(?:node|core)\//.test(name) || name.startsWith("node:") || (isPackage(name) && !isBuiltin(name)),
  worker: (name) =>
    /^(?:worker|core)\//.test(name) || name.startsWith("cloudflare:") || (isPackage(name) && !isBuiltin(name)),
  web: (name) => /^(?:web|core)\//.test(name) || (isPackage(name) && !isBuiltin(name)),
};

/** A package's name: an import that is neither a file of ours nor leads out of functions/. */
function isPackage(name: string): boolean {
  return !/^(?:\.\.|core\/|node\/|worker\/|web\/|\/|#)/.test(name);
}

describe.each(Object.entries(rules))("%s", (layer, allows) => {
  test("imports only what its layer may", () => {
    const files = filesOf(layer);
    expect(files.length).toBeGreaterThan(2);
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((name) => !allows(name))
        .map((name) => `${relative(root, file)} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });
});

test("web takes types of core, and none of its code", () => {
  const code = filesOf("web").filter((file) =>
    /^import (?!type\b)[^;]*from "(?:\.\.\/)+core\//m.test(readFileSync(file, "utf8")),
  );
  expect(code).toEqual([]);
});

test("imports are found in every form that is used", () => {
  const app = importsOf(join(root, "core/app.ts"));
  expect(app).toContain("core/serving/responder.ts");
  // On demand.
  expect(app).toContain("core/serving/router.ts");
  expect(importsOf(join(root, "core/serving/router.ts"))).toContain("@hono/zod-openapi");
  expect(importsOf(join(root, "worker/worker.ts"))).toContain("cloudflare:workers");
  expect(importsOf(join(root, "node/http/trusted-proxies.ts"))).toContain("node:net");
});

/** The modules that are loaded together with a file. Imports on demand and types do not count. */
function closureOf(file: string, seen = new Set<string>()): Set<string> {
  const source = readFileSync(join(root, file), "utf8");
  for (const [, name = ""] of source.matchAll(/^(?:import|export) (?!type\b)(?:[^;"]*? from )?"([^"]+)";/gm)) {
    const found = name.startsWith(".")
      ? relative(root, resolve(root, dirname(file), name))
          .split(sep)
          .join("/")
      : name;
    if (seen.has(found)) continue;
    seen.add(found);
    if (name.startsWith(".")) closureOf(found, seen);
  }
  return seen;
}

test.each(["node/app.ts", "worker/worker.ts"])("%s loads neither routes nor schemas before a request", (entry) => {
  const loaded = [...closureOf(entry)];
  expect(loaded).toEqual(expect.arrayContaining(["core/app.ts", "prom-client"]));
  expect(loaded.filter((name) => /^(?:zod|hono|@hono\/|core\/serving\/router)/.test(name))).toEqual([]);
});

test("a Worker contains no fast path, which needs the target as received", () => {
  expect([...closureOf("node/app.ts")]).toContain("core/serving/fast-path.ts");
  expect([...closureOf("worker/worker.ts")]).not.toContain("core/serving/fast-path.ts");
});

test("nothing under functions/ imports the tests' helpers, except tests", () => {
  const wrong = ["core", "node", "worker", "web"]
    .flatMap(filesOf)
    .filter((file) => importsOf(file).some((name) => name.startsWith("..")));
  expect(wrong).toEqual([]);
});
