import { describe, expect, test } from "vitest";
import { type GistFile, toGist } from "../edge/gists.ts";
import { isSame, type Pair, pairFiles } from "./pair-files.ts";

const files = (contents: Record<string, string>): GistFile[] =>
  toGist({
    id: "1",
    files: Object.fromEntries(
      Object.entries(contents).map(([filename, content]) => [filename, { filename, content, size: content.length }]),
    ),
  })?.files ?? [];

const named = (pairs: Pair[]) =>
  pairs.map((pair) => [
    pair.kind,
    "before" in pair ? pair.before.filename : "",
    "after" in pair ? pair.after.filename : "",
  ]);

describe("files of two states", () => {
  test("are joined by name; others were added or removed", () => {
    const before = files({ "a.txt": "one\n", "b.txt": "two\n", "c.txt": "three\n" });
    const after = files({ "a.txt": "one\n", "b.txt": "2\n", "d.txt": "four\n" });
    expect(named(pairFiles(before, after))).toEqual([
      ["same", "a.txt", "a.txt"],
      ["changed", "b.txt", "b.txt"],
      ["added", "", "d.txt"],
      ["removed", "c.txt", ""],
    ]);
  });

  test("are joined by contents where the name is another: the same, or at least half of the lines", () => {
    const before = files({ "old.txt": "1\n2\n3\n4\n", "moved.txt": "same\n", "other.txt": "7\n8\n9\n" });
    const after = files({ "new.txt": "1\n2\n3\n5\n", "here.txt": "same\n", "else.txt": "x\n8\ny\n" });
    expect(named(pairFiles(before, after))).toEqual([
      ["renamed", "old.txt", "new.txt"],
      ["renamed", "moved.txt", "here.txt"],
      ["added", "", "else.txt"],
      ["removed", "other.txt", ""],
    ]);
  });

  test("with names of an object's own members are files as well", () => {
    const before = files({ constructor: "a\n", toString: "b\n" });
    expect(named(pairFiles(before, files({ constructor: "a\n" })))).toEqual([
      ["same", "constructor", "constructor"],
      ["removed", "toString", ""],
    ]);
  });

  test("empty files are not each other's former names by chance, unless they are equal", () => {
    expect(named(pairFiles(files({ a: "\n\n" }), files({ b: "x\n\n" })))).toEqual([
      ["added", "", "b"],
      ["removed", "a", ""],
    ]);
  });

  test("that GitHub cut are the same only where their raw addresses are", () => {
    const [one] = files({ a: "beginning" });
    if (!one) throw new Error("no file");
    const cut = { ...one, truncated: true };
    expect(isSame(cut, cut)).toBe(false);
    const rawUrl = "https://gist.githubusercontent.com/octocat/1/raw/0a/a";
    expect(isSame({ ...cut, rawUrl }, { ...cut, rawUrl })).toBe(true);
  });
});
