import { expect, test } from "vitest";
import { targets, toTarget } from "./targets.ts";

test.each(Object.keys(targets))("%s has a title and paths", (id) => {
  const target = toTarget(id);
  expect(target?.title).toMatch(/\S/);
  expect(target?.paths.every((path) => path.startsWith("/"))).toBe(true);
});

test("a path is asked for as it is", () => {
  expect(toTarget("/gists/public?per_page=3")?.paths).toEqual(["/gists/public?per_page=3"]);
});

test.each([
  "",
  "octocat",
  "//evil.example/",
  "/\\evil.example",
  "http://evil.example/",
  "/a b",
  "/a\r\nx: y",
  "toString",
])("%j is no target", (text) => expect(toTarget(text)).toBeUndefined());
