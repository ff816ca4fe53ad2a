import { describe, expect, test } from "vitest";
import { toGists } from "../edge/gists.ts";
import { isSort, select, type Selection, toLanguages } from "./select.ts";

const file = (filename: string, language: string) => ({ filename, language });
const gists =
  toGists([
    {
      id: "a",
      description: "Notes on Caches",
      comments: 2,
      created_at: "2026-01-03T00:00:00Z",
      updated_at: "2026-02-01T00:00:00Z",
      files: { x: file("cache10.rb", "Ruby"), y: file("b.md", "Markdown") },
    },
    {
      id: "b",
      description: null,
      comments: 5,
      created_at: "2026-01-01T00:00:00Z",
      updated_at: "2026-03-01T00:00:00Z",
      owner: { login: "octocat" },
      files: { x: file("cache9.rb", "Ruby") },
    },
    { id: "c", description: "nothing dated", files: { x: file("Aardvark.go", "Go") } },
  ]) ?? [];

const ids = (selection: Selection) =>
  select(gists, selection)
    .map(({ id }) => id)
    .join("");

describe("a list", () => {
  test.each<[Selection, string]>([
    [{}, "abc"],
    [{ filter: "cache" }, "ab"],
    [{ filter: " NOTES  cache10 " }, "a"],
    [{ filter: "octocat" }, "b"],
    [{ filter: "notes aardvark" }, ""],
    [{ filter: "[" }, ""],
    [{ language: "Ruby" }, "ab"],
    [{ language: "Ruby", filter: "notes" }, "a"],
    [{ language: "constructor" }, ""],
    [{ sort: "updated" }, "bac"],
    [{ sort: "created" }, "abc"],
    [{ sort: "oldest" }, "cba"],
    [{ sort: "comments" }, "bac"],
    [{ sort: "files" }, "abc"],
    [{ sort: "name" }, "cba"],
  ])("with %j is %s", (selection, wanted) => {
    expect(ids(selection)).toBe(wanted);
  });

  test("has languages, the commonest first", () => {
    expect(toLanguages(gists)).toEqual(["Ruby", "Go", "Markdown"]);
  });

  test("has no order of an object's own members", () => {
    expect(["constructor", "", undefined, "name"].map(isSort)).toEqual([false, false, false, true]);
  });
});
