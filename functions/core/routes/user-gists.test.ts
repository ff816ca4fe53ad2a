import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createService } from "../../../test/support/ports.ts";
import { reservedWords } from "./params.ts";

/** GitHub's rule, written without the kind of regular expression that the product uses. */
function canExist(login: string): boolean {
  const isApp = login.toLowerCase().endsWith("[bot]");
  const [name = "", shortCode, ...rest] = (isApp ? login.slice(0, -"[bot]".length) : login).split("_");
  const isAlphanumeric = (text: string) =>
    [...text].every((c) => (c >= "0" && c <= "9") || (c >= "a" && c <= "z") || (c >= "A" && c <= "Z"));
  if (
    rest.length > 0 ||
    (isApp && shortCode !== undefined) ||
    (shortCode !== undefined && !(isAlphanumeric(shortCode) && shortCode.length >= 3 && shortCode.length <= 8))
  )
    return false;
  return name.length >= 1 && name.length <= 39 && isAlphanumeric(name.replaceAll("-", ""));
}

const unit = fc.constantFrom(..."aZ09--__..é/ \\%?#&=+\u0000\n\u200b\u212a💬");
const login = fc.oneof(
  fc.string({ unit, maxLength: 6 }),
  fc.stringMatching(/^[A-Za-z0-9-]{1,41}$/),
  fc.stringMatching(/^[a-z]{1,39}_[a-z0-9]{1,9}$/),
  fc.string({ unit: "grapheme", maxLength: 5 }),
  fc.constantFrom(
    "a".repeat(39),
    "a".repeat(40),
    `${"a".repeat(39)}_abcdefgh`,
    `${"a".repeat(40)}_abc`,
    "..",
    "-a",
    "-Jerry-",
    "some-app[bot]",
    "some-app[BOT]",
    "some_app[bot]",
    "some-app[bot",
    "[bot]",
    "a--",
    "a--b",
    "__proto__",
  ),
);

describe("a username", () => {
  test("that could exist reaches GitHub, and any other never does", async () => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good" } });
    await fc.assert(
      fc.asyncProperty(login, async (name) => {
        fc.pre(name !== "");
        github.forget();
        const response = await get(`/users/${encodeURIComponent(name)}/gists`);
        if (canExist(name)) {
          expect([200, 404]).toContain(response.status);
          for (const call of github.calls)
            expect(decodeURIComponent(call.path)).toBe(`/users/${name.toLowerCase()}/gists`);
          expect(response.headers.has("cache-status")).toBe(true);
        } else if (name === "." || name === "..") {
          // The URL parser normalizes it to `/gists` or `/users/gists`, unless the runtime passes on the target as
          // received.
          const own = new Set(["/gists/public", "/users/gists"]);
          expect(github.calls.map(({ path }) => path).filter((path) => !own.has(path))).toEqual([]);
        } else {
          expect(github.calls).toEqual([]);
          expect([400, 404]).toContain(response.status);
        }
      }),
      { numRuns: 600 },
    );
  });

  test("that cannot exist is a 404 with a reason", async () => {
    const { get } = createService();
    for (const path of [
      "/_octocat",
      "/users/_octocat/gists",
      "/users/a_b/gists",
      `/${"a".repeat(40)}`,
      "/oct%20ocat",
      "/%C3%A9",
    ]) {
      const response = await get(path);
      expect(response.status, path).toBe(404);
      expect(await response.json()).toMatchObject({
        message: "Not Found",
        errors: [{ resource: "Path", field: "username", code: "invalid", message: expect.stringContaining("1 to 39") }],
      });
    }
  });

  test("is one resource: in upper and lower case, at both addresses, with and without its defaults", async () => {
    const { get, github } = createService();
    const spelling = fc.tuple(
      fc.constantFrom("/octocat", "/OCTOCAT", "/users/octocat/gists", "/users/oCtOcAt/gists", "/%6Fctocat"),
      fc.shuffledSubarray(["page=1", "per_page=30", "utm_source=x", "_=5"]),
      fc.boolean(),
    );
    await get("/octocat");
    await fc.assert(
      fc.asyncProperty(spelling, async ([path, parameters, zeros]) => {
        const query = parameters.join("&").replace("page=1", zeros ? "page=001" : "page=1");
        const response = await get(`${path}?${query}`);
        expect(response.headers.get("cache-status")).toContain("hit");
      }),
    );
    expect(github.calls).toHaveLength(1);
  });

  test("of another is another resource", async () => {
    const { get, github } = createService();
    for (const path of ["/octocat", "/hubot", "/octocat?page=2", "/octocat?per_page=31", "/octocat?since=2020-01-01"])
      expect((await get(path)).headers.get("cache-status"), path).toContain("fwd=miss");
    expect(github.calls).toHaveLength(5);
  });
});

describe("reserved words", () => {
  test.each([...reservedWords])("%s is no user's short address, in upper and lower case", async (word) => {
    const { get, github } = createService();
    for (const path of [`/${word.toUpperCase()}`, `/${word[0]?.toUpperCase()}${word.slice(1)}`])
      expect((await get(path)).status, path).toBe(404);
    expect(github.calls).toEqual([]);
  });

  test("are available at GitHub's own path", async () => {
    const { get, github } = createService();
    for (const word of [...reservedWords].filter((word) => canExist(word))) {
      await get(`/users/${word}/gists`);
      expect(github.calls.at(-1)?.path).toBe(`/users/${word}/gists`);
    }
  });

  test("cover every first segment that the service serves", async () => {
    const { get } = createService();
    const { paths } = (await (await get("/openapi.json")).json()) as { paths: Record<string, unknown> };
    const first = Object.keys(paths).map((path) => path.split("/")[1] ?? "");
    for (const word of [...first, "docs", "assets", "favicon.ico", "robots.txt"].filter(
      (word) => word !== "" && !word.startsWith("{"),
    ))
      expect(reservedWords).toContain(word);
  });
});

describe("the token owner's list", () => {
  test.each([
    "/gists",
    "/gist%73",
    "/%67ists",
    "/gists?page=1",
    "//gists",
    "/./gists",
    "/users/%2e%2e/gists",
    "/x/../gists",
  ])("is not served at %s, which lists everyone's", async (path) => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good" } });
    const response = await get(`https://gists.example${path}`);
    expect(response.status).toBe(200);
    expect(github.calls.map((call) => call.path)).toEqual(["/gists/public"]);
  });

  test.each([
    "/GISTS",
    "/gists/",
    "/gists//",
    "/user/gists",
    "/gists/starred",
    "/gists%3F",
    "/gists%2f",
    "/users//gists",
  ])("is not reachable as %s", async (path) => {
    const { get, github } = createService({ env: { GITHUB_TOKEN: "good" } });
    const response = await get(`https://gists.example${path}`);
    expect([400, 404]).toContain(response.status);
    expect(github.calls).toEqual([]);
  });
});
