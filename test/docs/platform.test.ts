import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { stages } from "../../e2e/stages.ts";
import { platformPath, readAllVariables, readVariables, renderPlatform, roots } from "../../docs/generate/platform.ts";

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
    const names = roots.flatMap((name) => {
      const text = readFileSync(`${root}terraform/${name}/variables.tf`, "utf8");
      return [...text.matchAll(/^variable "(\w+)"/gm)].map(([, variable]) => variable);
    });
    expect(readAllVariables().map(({ name }) => name)).toEqual([...new Set(names)]);
  });

  test("one of both configurations that differs is refused", () => {
    const block = 'variable "a" {\n  description = "b"\n  type        = string\n  default     = null\n}\n';
    expect(readAllVariables([block, block])).toMatchObject([{ name: "a", roots }]);
    expect(() => readAllVariables([block, block.replace("null", '""')])).toThrow("a: another");
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
    // Created by commands of the page, or by others.
    const made = new Set(["terraform/terraform.tfstate", "observability/chart/charts"]);
    expect([...new Set(named)].filter((path) => !made.has(path) && !existsSync(root + path))).toEqual([]);
  });

  test("outputs of Terraform", () => {
    const text = readFileSync(`${root}terraform/platform/outputs.tf`, "utf8");
    const named = [...page.matchAll(/terraform[^\n|`]* output (?:-raw )?(\w+)/g)].map(([, name = ""]) => name);
    expect(named.length).toBeGreaterThan(1);
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
