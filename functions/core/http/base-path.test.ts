import { expect, test } from "vitest";
import { splitPath } from "./base-path.ts";

test.each([
  ["/octocat", "", "/octocat"],
  ["//octocat", "", "/octocat"],
  ["/api/v3", "/api/v3", "/"],
  ["/api/v3/octocat", "/api/v3", "/octocat"],
  ["/api/v3//octocat", "/api/v3", "/octocat"],
  ["/api/v3/api/v3/octocat", "/api/v3", "/octocat"],
  ["/api/v3/api/v3", "/api/v3", "/"],
  ["/api/v3/api/v33", "/api/v3", "/api/v33"],
  ["/api/v34", "", "/api/v34"],
  ["/cache/api/v3/octocat", "/api/v3", "/octocat"],
  ["/cachet", "", "/cachet"],
])("%s has the prefix '%s' and the path %s", (received, prefix, path) => {
  expect(splitPath(received, "/cache")).toEqual({ prefix, path });
});
