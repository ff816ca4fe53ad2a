import { describe, expect, test } from "vitest";
import { decode, toHtmlParts } from "./html-parts.ts";

const text = (text: string) => ({ kind: "text", text });

test("known tags are cut out, comments are left out, and text is decoded", () => {
  expect(toHtmlParts("a<br/>b <KBD>Ctrl</kbd><!-- no --> &lt;c&gt;")).toEqual([
    text("a"),
    { kind: "open", name: "br" },
    text("b "),
    { kind: "open", name: "kbd" },
    text("Ctrl"),
    { kind: "close", name: "kbd" },
    text(" <c>"),
  ]);
});

test.each([
  "<script>alert(1)</script>",
  '<iframe src="x"></iframe>',
  "<style>a{}</style>",
  "<svg onload=a>",
  "<form>",
  "<x-y>",
  "<",
  "a < b",
  "<b",
  "<!-- open",
])("%s stays text", (html) => {
  const parts = toHtmlParts(html);
  expect(parts.map((part) => (part.kind === "text" ? part.text : "")).join("")).toBe(html);
});

test("of attributes only addresses and descriptions are kept", () => {
  expect(toHtmlParts(`<a href="x&amp;y" onclick="run()" style=z>`)).toEqual([{ kind: "open", name: "a", href: "x&y" }]);
  expect(toHtmlParts(`<img onerror=run() alt='it' src=p.png width=3>`)).toEqual([
    { kind: "open", name: "img", src: "p.png", alt: "it" },
  ]);
  expect(toHtmlParts(`<details ontoggle="run()" open>`)).toEqual([{ kind: "open", name: "details" }]);
});

describe("character references", () => {
  test.each([
    ["&#106;&#x6A;&#X6a;", "jjj"],
    ["&amp;lt;", "&lt;"],
    ["&nope; &#0; &#1114112; &", "&nope; &#0; &#1114112; &"],
  ])("%s is %j", (from, to) => {
    expect(decode(from)).toBe(to);
  });
});
