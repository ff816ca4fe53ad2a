import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stages } from "../../e2e/stages.ts";
import { platformPath, readVariables, renderPlatform } from "../../docs/generate/platform.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const page = readFileSync(platformPath, "utf8");

test("the generated parts are current (npm run docs platform)", () => {
  expect(page).toBe(renderPlatform(page));
});

test("a page without its parts is refused", () => {
  expect(() => renderPlatform("# Nothing")).toThrow("variables");
});

describe("variables", () => {
  test("all of them, in a block with other content too", () => {
    const text = readFileSync(`${root}terraform/variables.tf`, "utf8");
    const names = [...text.matchAll(/^variable "(\w+)"/gm)].map(([, name]) => name);
    expect(readVariables().map(({ name }) => name)).toEqual(names);
  });

  test("one that says too little is refused", () => {
    const block = 'variable "a" {\n  type        = string\n  default     = null\n}\n';
    expect(() => readVariables(block)).toThrow("a: no description");
  });
});

describe("the page names nothing that does not exist", () => {
  test("files and folders", () => {
    const pattern = /(?<![\w./-])((?:terraform|istio|knative|observability|scripts|docs)\/[\w./-]*\w)(?![\w:./-])/g;
    const named = [...page.matchAll(pattern)].map(([, path = ""]) => path);
    expect(named.length).toBeGreaterThan(10);
    // Created by commands of the page.
    const made = new Set(["terraform/ca.crt", "observability/chart/charts"]);
    expect([...new Set(named)].filter((path) => !made.has(path) && !existsSync(root + path))).toEqual([]);
  });

  test("outputs of Terraform", () => {
    const text = readFileSync(`${root}terraform/outputs.tf`, "utf8");
    const named = [...page.matchAll(/terraform[^\n|`]* output (?:-raw )?(\w+)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(2);
    for (const name of named) expect(text).toContain(`output "${name}"`);
  });

  test("namespaces of the manifests", () => {
    const folder = `${root}knative/manifests/kind/`;
    const files = [...page.matchAll(/knative\/manifests\/kind\/(\S+\.yaml)/g)].map(([, name]) => name);
    expect([...new Set(files)]).toEqual(readdirSync(folder).toSorted());
  });

  test("stages of the run on a cluster", () => {
    const [, part = ""] = /## Tested on a cluster([^]*?)\n## /.exec(page) ?? [];
    const named = [...part.matchAll(/^\| `(\w[\w-]*)`/gm)].map(([, name]) => name);
    expect(named).toEqual(stages.map(({ name }) => name));
  });

  test("pictures and pages", () => {
    const links = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map(([, to = ""]) => to);
    const local = links.filter((to) => !to.startsWith("http"));
    expect(local.filter((to) => !existsSync(`${root}docs/${to}`))).toEqual([]);
  });
});
