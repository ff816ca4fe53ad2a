import { expect, test } from "vitest";
import { parseLineHash, toAnchors, toLineHash } from "./line-hash.ts";

test("anchors are spelled as GitHub's, and each is another", () => {
  expect(toAnchors(["hello_world.rb", "Read Me.md", "read-me.md", "read/me.md", "שלום.txt"])).toEqual([
    "file-hello_world-rb",
    "file-read-me-md",
    "file-read-me-md-2",
    "file-read-me-md-3",
    "file--txt",
  ]);
});

test.each([
  ["#file-hello-js-L3-L7", "file-hello-js", 3, 7],
  ["#file-hello-js-L7-L3", "file-hello-js", 3, 7],
  ["#L12", undefined, 12, 12],
  ["#file-l2-L2", "file-l2", 2, 2],
])("%s names lines", (hash, anchor, from, to) => {
  expect(parseLineHash(hash)).toEqual({ anchor, range: { from, to } });
});

test.each(["", "#content", "#file-hello-js", "#L", "#L3-", "#L3-7", "#L99999999", "#xL3"])("%s names none", (hash) => {
  expect(parseLineHash(hash)).toBeUndefined();
});

test("a hash that is written is read again", () => {
  for (const range of [
    { from: 3, to: 3 },
    { from: 3, to: 7 },
  ])
    expect(parseLineHash(toLineHash("file-a-b", range))).toEqual({ anchor: "file-a-b", range });
});
