import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
// @ts-expect-error: a script, without types
import { createPlugin, replaceKnown } from "./plugin.mjs";
// @ts-expect-error: a script, without types
import { inspectOnly } from "./plugins/inspect-only.mjs";
// @ts-expect-error: a script, without types
import { lazyBuiltins } from "./plugins/lazy-builtins.mjs";
// @ts-expect-error: a script, without types
import { onDemandBundles } from "./plugins/on-demand-bundles.mjs";
// @ts-expect-error: a script, without types
import { prebuiltOpenapi } from "./plugins/prebuilt-openapi.mjs";
// @ts-expect-error: a script, without types
import { slimOfetch } from "./plugins/slim-ofetch.mjs";
// @ts-expect-error: a script, without types
import { slimOtel } from "./plugins/slim-otel.mjs";
// @ts-expect-error: a script, without types
import { slimPromClient } from "./plugins/slim-prom-client.mjs";
// @ts-expect-error: a script, without types
import { slimSettings } from "./plugins/slim-settings.mjs";
// @ts-expect-error: a script, without types
import { slimUndici } from "./plugins/slim-undici.mjs";
// @ts-expect-error: a script, without types
import { locateMembers, slimZod } from "./plugins/slim-zod.mjs";

const root = join(import.meta.dirname, "..");
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "edge-gists-plugins-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Bundles one file by one plugin. Rejects where the build fails. */
async function bundle(code: string, plugin: Plugin): Promise<string> {
  const entry = join(folder, "entry.js");
  writeFileSync(entry, code);
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: "esm",
    logLevel: "silent",
    plugins: [plugin],
  });
  return outputFiles[0]!.text;
}

/** Replaces the modules `one` and `two`, and looks for no others. */
const numbers: Plugin = createPlugin(
  "numbers",
  ({ onResolve, onLoad }: { onResolve: (...rule: unknown[]) => void; onLoad: (...rule: unknown[]) => void }) => {
    onResolve({ filter: /^(one|two)$/, each: ["one", "two"] }, ({ path }: { path: string }) => ({
      path,
      namespace: "numbers",
    }));
    onLoad({ filter: /.*/, namespace: "numbers" }, ({ path }: { path: string }) => ({
      contents: `export default "replaced ${path}";`,
    }));
  },
);

describe("a plugin of checked rules", () => {
  test("builds where each of them is met", async () => {
    const text = await bundle('import one from "one"; import two from "two"; console.log(one, two);', numbers);
    expect(text).toMatch(/replaced one[^]*replaced two/);
  });

  test("fails the build where one is not, and names it", async () => {
    await expect(bundle('import one from "one"; console.log(one);', numbers)).rejects.toThrow(
      "numbers: no file of this bundle meets /^(one|two)$/ with two",
    );
    await expect(bundle("console.log(1);", numbers)).rejects.toThrow(/with one[^]*with two[^]*meets \/\.\*\//);
  });

  test("does not count a rule whose callback leaves the file alone", async () => {
    const leaves: Plugin = createPlugin("leaves", ({ onLoad }: { onLoad: (...rule: unknown[]) => void }) =>
      onLoad({ filter: /entry\.js$/ }, () => undefined),
    );
    await expect(bundle("console.log(1);", leaves)).rejects.toThrow("leaves: no file of this bundle meets");
  });

  test("is counted separately in each build", async () => {
    await bundle('import one from "one"; import two from "two"; console.log(one, two);', numbers);
    await expect(bundle("console.log(1);", numbers)).rejects.toThrow("numbers");
  });

  test("reports the error of a build that failed, and no rules", async () => {
    await expect(bundle('import "nowhere";', numbers)).rejects.toThrow(/^(?![^]*no file of this bundle)[^]*nowhere/);
  });
});

describe("a package in a form that the plugin does not know", () => {
  test.each<[string, () => Plugin | Promise<Plugin>]>([
    ["inspect-only", () => inspectOnly],
    ["lazy-builtins", () => lazyBuiltins],
    ["on-demand-bundles", () => onDemandBundles],
    ["prebuilt-openapi", async () => ((await prebuiltOpenapi(root, "1.0.0")) as { plugin: Plugin }).plugin],
    ["slim-ofetch", () => slimOfetch],
    ["slim-otel", () => slimOtel("node")],
    ["slim-prom-client", () => slimPromClient(root, ["instruments"])],
    ["slim-settings", () => slimSettings(root, "node")],
    ["slim-undici", () => slimUndici],
    ["slim-zod", () => slimZod(root)],
  ])("%s fails the build", async (name, make) => {
    await expect(bundle("console.log(1);", await make())).rejects.toThrow(`${name}: no file of this bundle meets`);
  });

  test("missing text to replace is an error", () => {
    expect(replaceKnown("a 'b' c", "'b'", "$&", "x.ts")).toBe("a $& c");
    expect(() => replaceKnown("a b c", "'b'", '""', "x.ts")).toThrow("x.ts: 'b' is not in it");
  });

  test("a member of zod that is in neither module is an error", () => {
    expect(locateMembers(["a", "b"], { a: 1 }, { a: 2, b: 2 })).toEqual({ fromSchemas: ["a"], fromCore: ["b"] });
    expect(() => locateMembers(["gone"], { a: 1 }, { b: 2 })).toThrow("z.gone");
  });

  test("another member of node:util is an error", async () => {
    await bundle('import * as util from "util"; console.log(util.inspect(1));', inspectOnly);
    await expect(bundle('import * as util from "util"; util.promisify();', inspectOnly)).rejects.toThrow(
      "util.promisify",
    );
  });
});
