import { describe, expect, test } from "vitest";
import { interpret, parseRoute, toHref, toTarget } from "./route.ts";

describe("addresses", () => {
  test.each([
    ["/", undefined],
    ["/?user=octocat", "/users/octocat/gists"],
    ["/?user=octocat&page=2", "/users/octocat/gists?page=2"],
    ["/?user=octocat&page=2&per_page=5", "/users/octocat/gists?per_page=5&page=2"],
    ["/?user=octocat&all=true", "/users/octocat/gists?all=true"],
    ["/?user=octocat&page=2&filter=a+b&language=C%2B%2B&sort=comments", "/users/octocat/gists?page=2"],
    ["/?public&filter=x", "/gists/public"],
    ["/?public", "/gists/public"],
    ["/?public&page=3", "/gists/public?page=3"],
    ["/?gist=1169854", "/gists/1169854"],
    ["/?gist=1169854&file=a+b.txt", "/gists/1169854"],
    ["/?gist=1169854&revision=0a1b&file=a.txt", "/gists/1169854/0a1b"],
    ["/?gist=1169854&show=history", "/gists/1169854/commits"],
    ["/?gist=1169854&show=history&page=2", "/gists/1169854/commits?page=2"],
    ["/?gist=1169854&show=forks", "/gists/1169854/forks"],
    ["/?gist=1169854&show=comments&page=x%26y", "/gists/1169854/comments?page=x%26y"],
    ["/?gist=1169854&to=0a1b", "/gists/1169854/0a1b"],
    ["/?gist=1169854&from=0a&to=0a1b", "/gists/1169854/0a1b"],
  ])("%s asks for %s, and is written as it was read", (href, target) => {
    const route = parseRoute(href.slice(1));
    expect(toTarget(route)).toBe(target);
    expect(toHref(route)).toBe(href);
  });

  test.each(["../../health", "a/b", "?x=1", "#", "%2e%2e"])("%s never leads to another path of the API", (text) => {
    const target = toTarget(parseRoute(`?${new URLSearchParams({ user: text })}`)) ?? "";
    expect(new URL(target, "https://gists.example").pathname.split("/")).toHaveLength(4);
    const revision = toTarget(parseRoute(`?${new URLSearchParams({ gist: "1", revision: text })}`)) ?? "";
    expect(new URL(revision, "https://gists.example").pathname.split("/")).toHaveLength(4);
  });

  test("an unknown order is GitHub's", () => {
    expect(toHref(parseRoute("?user=octocat&sort=constructor"))).toBe("/?user=octocat");
  });

  test("an unknown part of a gist is the gist itself", () => {
    expect(parseRoute("?gist=1&show=constructor")).toMatchObject({ view: "gist", gist: "1" });
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
    [
      "https://gist.github.com/octocat/1169854/0123456789abcdef0123456789abcdef01234567",
      { ...gist("1169854"), revision: "0123456789abcdef0123456789abcdef01234567" },
    ],
    ["https://gist.github.com/octocat/1169854/revisions", { view: "history", gist: "1169854", page: undefined }],
    ["  ", undefined],
  ])("%j is understood", (typed, wanted) => {
    expect(interpret(typed)).toEqual(wanted);
  });
});
