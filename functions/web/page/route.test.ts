import { describe, expect, test } from "vitest";
import { interpret, parseRoute, toHref, toTarget } from "./route.ts";

describe("addresses", () => {
  test.each([
    ["/", undefined],
    ["/?user=octocat", "/users/octocat/gists"],
    ["/?user=octocat&page=2", "/users/octocat/gists?page=2"],
    ["/?user=octocat&page=2&per_page=5", "/users/octocat/gists?per_page=5&page=2"],
    ["/?public", "/gists/public"],
    ["/?public&page=3", "/gists/public?page=3"],
    ["/?gist=1169854", "/gists/1169854"],
    ["/?gist=1169854&file=a+b.txt", "/gists/1169854"],
  ])("%s asks for %s, and is written as it was read", (href, target) => {
    const route = parseRoute(href.slice(1));
    expect(toTarget(route)).toBe(target);
    expect(toHref(route)).toBe(href);
  });

  test.each(["../../health", "a/b", "?x=1", "#", "%2e%2e"])("%s never leads to another path of the API", (text) => {
    const target = toTarget(parseRoute(`?${new URLSearchParams({ user: text })}`)) ?? "";
    expect(new URL(target, "https://gists.example").pathname.split("/")).toHaveLength(4);
  });
});

describe("typed text", () => {
  const gist = (id: string) => ({ view: "gist", gist: id, file: undefined });
  const user = (name: string) => ({ view: "user", user: name, page: undefined, perPage: undefined });
  test.each([
    ["octocat", user("octocat")],
    [" @octocat ", user("octocat")],
    ["-Jerry-", user("-Jerry-")],
    ["some-app[bot]", user("some-app[bot]")],
    ["https://gist.github.com/-Jerry-/6cad326836d38bd3a7ae", gist("6cad326836d38bd3a7ae")],
    ["6cad326836d38bd3a7ae", gist("6cad326836d38bd3a7ae")],
    ["AA5A315D61AE9438B18D00000000C045", gist("AA5A315D61AE9438B18D00000000C045")],
    ["1169854", gist("1169854")],
    ["decade", user("decade")],
    ["https://github.com/octocat", user("octocat")],
    ["https://gist.github.com/octocat", user("octocat")],
    ["https://gist.github.com/octocat/6cad326836d38bd3a7ae#file-x", gist("6cad326836d38bd3a7ae")],
    ["gist.github.com/6cad326836d38bd3a7ae", gist("6cad326836d38bd3a7ae")],
    ["  ", undefined],
  ])("%j is understood", (typed, wanted) => {
    expect(interpret(typed)).toEqual(wanted);
  });
});
