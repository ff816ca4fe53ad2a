import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { at, read } from "../../docs/generate/markdown.ts";
import { anchorsOf, documents, withoutCode } from "./documents.ts";

/** Targets of links and pictures, other sites left out. */
function linksOf(text: string): string[] {
  const plain = withoutCode(text);
  const targets = [...plain.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g)].map(([, to = ""]) => to);
  return targets.filter((to) => !/^(?:[a-z][a-z+.-]*:|\/\/)/i.test(to));
}

/** The fault of a link of a document; undefined if there is none. */
function problemOf(path: string, to: string): string | undefined {
  const [file = "", anchor] = to.split("#");
  const target = file === "" ? path : join(dirname(path), decodeURIComponent(file));
  if (!existsSync(at(target))) return `${to}: no such file`;
  if (anchor === undefined) return undefined;
  if (!target.endsWith(".md")) return `${to}: not a page with headings`;
  return anchorsOf(read(target)).has(anchor) ? undefined : `${to}: no such heading`;
}

test.each(documents)("links of $path lead somewhere", ({ path, text }) => {
  const problems = linksOf(text).flatMap((to) => problemOf(path, to) ?? []);
  expect(problems).toEqual([]);
});

test("documents have links", () => {
  expect(documents.length).toBeGreaterThan(15);
  expect(documents.flatMap(({ text }) => linksOf(text)).length).toBeGreaterThan(100);
});

test("every page of docs/ can be reached from README.md", () => {
  const reached = new Set<string>();
  const visit = (path: string) => {
    if (reached.has(path) || !path.endsWith(".md") || !existsSync(at(path))) return;
    reached.add(path);
    for (const to of linksOf(read(path))) visit(join(dirname(path), to.split("#")[0] || "."));
  };
  visit("README.md");
  const pages = documents.map(({ path }) => path).filter((path) => path.startsWith("docs/"));
  expect(pages.filter((path) => !reached.has(path))).toEqual([]);
});

describe("the check itself", () => {
  test.each([
    ["docs/settings.md", undefined],
    ["docs/settings.md#memory", undefined],
    ["#settings", undefined],
    ["docs/nothing.md", "docs/nothing.md: no such file"],
    ["docs/settings.md#nothing", "docs/settings.md#nothing: no such heading"],
  ])("%s", (to, problem) => {
    expect(problemOf("README.md", to)).toBe(problem);
  });

  test("reads links and pictures, and neither code nor other sites", () => {
    const text =
      '[a](b.md#c) ![d](e.png "f") `[g](h)` <https://i.example>\n[j](https://k.example)\n```\n[l](m)\n```\n[n](o)';
    expect(linksOf(text)).toEqual(["b.md#c", "e.png", "o"]);
  });

  test("makes anchors as GitHub does", () => {
    const text = '# A b\n## `C`: d\'s, "e"!\n## A b\n```\n# not this\n```\n### [F](g.md) ...?';
    expect([...anchorsOf(text)]).toEqual(["a-b", "c-ds-e", "a-b-1", "f-"]);
  });
});
