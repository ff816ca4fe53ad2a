import { expect, test } from "vitest";
import { parseLink } from "./link.ts";

const base = "https://gists.example/users/octocat/gists";

test("the pages that the service links", () => {
  const header =
    '<https://gists.example/users/octocat/gists?page=2&per_page=5>; rel="next", </octocat?page=9>; rel="last"';
  expect(parseLink(header, base)).toEqual({
    next: { target: "/users/octocat/gists?page=2&per_page=5", page: 2 },
    last: { target: "/octocat?page=9", page: 9 },
  });
});

test.each([
  null,
  "",
  '<https://elsewhere.example/?page=2>; rel="next"',
  '<javascript:alert(1)>; rel="next"',
  '<http://[>; rel="next"',
  '<https://gists.example/?page=2>; rel="alternate"',
])("%s leads nowhere", (header) => {
  expect(parseLink(header, base)).toEqual({});
});
