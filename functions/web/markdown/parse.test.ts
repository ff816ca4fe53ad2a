import { describe, expect, test } from "vitest";
import { type Block, parseMarkdown } from "./parse.ts";

const flat = (blocks: Block[]): Block[] => blocks.flatMap((block) => [block, ...flat(block.children)]);
const links = (text: string) =>
  flat(parseMarkdown(text).blocks).flatMap(({ type, attrs }) => (type === "link_open" ? [attrs["href"]] : []));

describe("GitHub Flavored Markdown", () => {
  test.each([
    ["| a |\n| - |\n| b |", "table_open"],
    ["~~a~~", "s_open"],
    ["```js\na\n```", "fence"],
    ["<https://example.com>", "link_open"],
    ["![a](b.png)", "image"],
  ])("%j has %s", (text, type) => {
    expect(flat(parseMarkdown(text).blocks).map((block) => block.type)).toContain(type);
  });

  // https://github.github.com/gfm/#autolinks-extension-
  test.each([
    ["www.commonmark.org", ["https://www.commonmark.org"]],
    ["Visit www.commonmark.org/help for more.", ["https://www.commonmark.org/help"]],
    ["Visit www.commonmark.org.", ["https://www.commonmark.org"]],
    ["(see https://example.com/a_(b))", ["https://example.com/a_(b)"]],
    ["setup.py, README.md and example.com", []],
    ["javascript:alert(1) ftp://example.com", []],
    ["foo@bar.baz", []],
  ])("%j links to %j", (text, wanted) => {
    expect(links(text)).toEqual(wanted);
  });
});

test("YAML at the beginning is apart from the document", () => {
  const { frontMatter, blocks } = parseMarkdown("---\ntitle: a\n---\n# b\n");
  expect(frontMatter).toBe("title: a");
  expect(blocks[0]).toMatchObject({ type: "heading_open", tag: "h1" });
  expect(parseMarkdown("a\n\n---\n").frontMatter).toBeUndefined();
});

test("HTML is parts, never markup", () => {
  const [block] = parseMarkdown("<script>alert(1)</script>").blocks;
  expect(block?.html).toEqual([
    { kind: "text", text: "<" },
    { kind: "text", text: "script>alert(1)<" },
    { kind: "text", text: "/script>" },
  ]);
});
