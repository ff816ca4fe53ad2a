import { describe, expect, test } from "vitest";
import type { RawRequest } from "./support/raw-http.ts";
import { isWorkerdsOwn, runtime, useQuietService } from "./support/service.ts";
import { withoutCalls } from "./support/stand-in.ts";

/*
 * `GET /gists` returns, to the service's token, all gists of its owner, the secret ones too. The original let
 * `/..` through to it. Here no spelling that a client can write on the wire leads there: `/gists` is everyone's public
 * list, and every other one is refused before any call.
 */
const service = useQuietService();

/** Everyone's list; and a user named `gists`, if a runtime makes `/users/gists` of `/users/%2e/gists`. */
const harmless = ["/gists/public", "/users/gists"];

const ask = (request: RawRequest) => withoutCalls(service, () => service.raw(request), harmless);

/** The socket writes one byte a character. */
const spellings = [
  ["as it is", ["/gists", "/gists/", "/gists?x", "/gists?per_page=100&page=1", "/gists?", "/gists/?x=/gists/public"]],
  [
    "with empty segments",
    // A gateway makes one slash of many: there the last is the public list.
    ["//gists", "///gists//", "/gists//", "//", "/users//gists", "/users///gists"].concat(
      runtime === "gateway" ? [] : "/gists//public",
    ),
  ],
  ["with dots", ["/.", "/..", "/./gists", "/../gists", "/gists/.", "/gists/..", "/gists/./", "/gists/../gists"]],
  ["with dots further in", ["/octocat/../gists", "/users/../gists", "/users/./gists", "/users/octocat/../../gists"]],
  [
    "past known paths",
    ["/gists/public/..", "/gists/public/../", "/users/octocat/gists/../../../gists", "/health/../gists"],
  ],
  [
    "with encoded dots",
    ["/%2e%2e", "/%2E%2E/gists", "/.%2e/gists", "/users/%2e%2e/gists", "/users/%2e/gists", "/gists/%2e"],
  ],
  ["with encoded dots further in", ["/users/octocat/%2e%2e/%2e%2e/gists", "/gists/public/%2e%2e", "/users/%2E./gists"]],
  [
    "with encoded slashes",
    ["/gists%2f", "/gists%2F", "/%2fgists", "/%2Fgists%2F", "/..%2fgists", "/users%2f..%2fgists"],
  ],
  [
    "with slashes inside a name",
    ["/users/..%2f..%2fgists/gists", "/users/%2F/gists", "/users/%2f..%2f/gists", "/a%2f..%2fgists"],
  ],
  ["with encoded letters", ["/%67ists", "/gist%73", "/%67%69%73%74%73", "/g%69sts/", "/%2567ists"]],
  ["encoded twice", ["/%252e%252e/gists", "/users/%252e%252e/gists", "/gists%252f", "/users/%25252e/gists"]],
  [
    "with backslashes",
    ["/\\gists", "\\gists", "/users\\..\\gists", "/users/..\\gists", "/gists\\", "/users/%5c..%5c/gists"],
  ],
  [
    "with an end of their own",
    ["/gists%3f", "/gists%23", "/gists#", "/gists;", "/gists;a=b", "/gists..;/", "/gists%20", "/gists%09"],
  ],
  [
    "with nothing for a name",
    ["/users/%00/gists", "/users/%20/gists", "/users/%0a/gists", "/users/%/gists", "/users/ /gists"],
  ],
  [
    "in absolute form",
    ["http://api.github.com/gists", "http://127.0.0.1/gists", "https://x@api.github.com/gists", "http:///gists"],
  ],
  ["as the owner's other lists", ["/gists/starred", "/gists/%73tarred", "/user", "/user/gists", "/user/583231/gists"]],
  ["without a slash", ["gists", "*", "?gists", "octocat/../gists", "api.github.com/gists"]],
  [
    "with characters that fold",
    ["/g\u00c4\u00b1sts", "/gi%C5%BFts", "/gist%EF%BD%93", "/users/%EF%BC%8E%EF%BC%8E/gists"],
  ],
] as const;

describe.each(spellings)("%s", (_what, targets) => {
  test.each(targets)("GET %s shows no user's own list, and does not ask GitHub for one", async (target) => {
    const response = await ask({ target });
    expect(response.text).not.toMatch(/octocat-secret|"public":false/);
    // Everyone's list. If the runtime resolves dot segments before the service sees them, `/..` is the root.
    if (response.status === 200) {
      const body: unknown = JSON.parse(response.text);
      if (Array.isArray(body)) return expect(body.every((gist: { public: boolean }) => gist.public)).toBe(true);
      return expect(body).toHaveProperty("user_gists_url");
    }
    if (!isWorkerdsOwn(response)) expect([400, 404, 405]).toContain(response.status);
  });

  test.each(targets.slice(0, 3))("HEAD %s neither", async (target) => {
    const response = await ask({ method: "HEAD", target });
    if (!isWorkerdsOwn(response)) expect(response.status).toBeLessThan(500);
  });
});

describe("methods and headers that rewrite", () => {
  test.each([
    "X-HTTP-Method-Override: GET",
    "X-Original-URL: /gists",
    "X-Rewrite-URL: /gists",
    "X-Forwarded-Path: /gists",
    "X-Forwarded-Prefix: /gists",
    "MF-Original-URL: http://api.github.com/gists",
  ])("%s changes nothing", async (line) => {
    const response = await ask({ target: "/health", headers: [line] });
    expect([200, 404, 400]).toContain(response.status);
    expect(response.text).not.toMatch(/octocat-secret/);
  });

  test("a Host of GitHub's neither", async () => {
    const response = await ask({ target: "/gists", headers: ["Host: api.github.com"] });
    expect(response.text).not.toMatch(/octocat-secret|"public":false/);
  });
});

describe("the stand-in", () => {
  test("would have shown the secret gist to the service's token", async () => {
    const response = await fetch(`${service.github}/gists?per_page=100`, {
      headers: { authorization: "Bearer good-owner" },
    });
    expect(await response.text()).toContain("octocat-secret");
  });
});
