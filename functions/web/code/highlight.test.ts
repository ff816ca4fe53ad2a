import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { highlight } from "./highlight.ts";
import { type Grammar, grammars, toGrammar } from "./languages.ts";

const all = Object.keys(grammars) as Grammar[];

describe("colouring", () => {
  test.each(all)("%s loses no letter of any text", async (grammar) => {
    const pieces = fc.constantFrom(
      "<script>",
      "</script>",
      "<!--",
      "/*",
      "*/",
      "//",
      "#",
      '"',
      "'",
      "`",
      "${",
      "}",
      "{",
      "\n",
      " ",
      "=",
      "<<EOF",
      "class",
      "if",
      "1.5e3",
      "&amp;",
      "😀",
      "\u202e",
      "<?php",
      "---",
      "@",
      ":",
      ";",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 30 }), async (parts) => {
        const code = parts.join("");
        const tokens = await highlight(code, grammar);
        expect(tokens.map(({ text }) => text).join("")).toBe(code);
      }),
      { numRuns: 30 },
    );
  });

  test("colours code", async () => {
    const css = await highlight("a.b { color: #fff; /* c */ }", "css");
    expect(css.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["keyword", "name", "literal", "comment"]));
    const html = await highlight("<p>a</p><script>const a = 1;</script>", "xml");
    expect(html).toContainEqual({ text: "1", kind: "literal" });
  });
});

// Extensions of source files that gists have most, apart from text.
const extensions =
  "js ts jsx tsx mjs py ipynb rb go rs java kt scala c h cpp cs m swift php pl r jl lua sh bash zsh bat ps1 sql html css scss less xml svg json yml yaml toml ini md tex vim el clj hs ex erl ml fs dart groovy gradle proto graphql tf vue diff patch coffee".split(
    " ",
  );

test.each(extensions)(".%s has a grammar that colours something", async (extension) => {
  const grammar = toGrammar(undefined, `a.${extension}`);
  if (grammar === undefined) throw new Error("no grammar");
  const code = '# // /* "a" <a> 1 = { let if def }\n+a\n-b\nkey: "value" = 1 \\section{a} %b\n';
  expect((await highlight(code, grammar)).some(({ kind }) => kind !== undefined)).toBe(true);
});

describe("grammars", () => {
  test.each([
    ["Ruby", "a", "ruby"],
    ["C++", "a", "cpp"],
    ["JavaScript", "a.js", "typescript"],
    ["HTML", "a", "xml"],
    [undefined, "a.SVG.sh", "bash"],
    [undefined, "Makefile", "makefile"],
    [undefined, "a.ps1", "powershell"],
    [undefined, "init.el", "lisp"],
    [undefined, "Dockerfile", "dockerfile"],
    [undefined, ".zshrc", "bash"],
    ["Jupyter Notebook", "a.ipynb", "json"],
    ["MATLAB", "a.m", "matlab"],
    ["Protocol Buffer", "a.proto", "protobuf"],
    ["Text", "a.txt", undefined],
    [undefined, "__proto__", undefined],
    ["constructor", "constructor", undefined],
  ])("of %s, %s: %s", (language, filename, wanted) => {
    expect(toGrammar(language, filename)).toBe(wanted);
  });
});
