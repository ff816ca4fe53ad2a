import { describe, expect, test } from "vitest";
import { expectErrorBody } from "./support/errors.ts";
import { freshGistId } from "./support/fresh.ts";
import type { RawResponse } from "./support/raw-http.ts";
import { isGatewaysOwn, useQuietService, runtime } from "./support/service.ts";
import { withoutCalls } from "./support/stand-in.ts";

const service = useQuietService();

/** Names that cannot exist, as written in a request target. */
const badUsernames = [
  ["40 characters", "a".repeat(40)],
  ["a question mark, encoded", "a%3Fb"],
  ["a number sign, encoded", "a%23b"],
  ["a slash, encoded", "a%2Fb"],
  ["a backslash, encoded", "a%5Cb"],
  ["a space", "a%20b"],
  ["a space alone", "%20"],
  ["a dot", "octo.cat"],
  ["three dots", "..."],
  ["a letter of Latin-1", "caf%C3%A9"],
  ["a full-width letter", "%EF%BD%8Fctocat"],
  ["an Arabic digit", "octocat%D9%A3"],
  ["the Kelvin sign, which lowers to k", "%E2%84%AA"],
  ["an emoji", "%F0%9F%90%99"],
  ["a zero-width space", "octo%E2%80%8Bcat"],
  ["a percent sign", "a%25b"],
  ["encoded twice", "%252e%252e"],
  ["a short code of two", "mona_ab"],
  ["a short code of nine", "mona_abcdefghi"],
  ["a short code alone", "_acme"],
  ["a name of 40 before the short code", `${"a".repeat(40)}_acme`],
  ["two underscores", "a_bcd_efg"],
  ["a colon", "a:b"],
  ["a semicolon", "octocat;x=1"],
  ["a quotation mark", "a%22b"],
  ["markup", "%3Cscript%3E"],
  ["an at sign", "@octocat"],
  ["another word in brackets", "some-app%5Bapp%5D"],
  ["brackets alone", "%5Bbot%5D"],
  ["a short code and brackets", "mona_acme%5Bbot%5D"],
] as const;

/** Invalid paths. */
const badPaths = [
  ["a bad escape", "/%"],
  ["half an escape", "/a%2"],
  ["an escape of no digits", "/%zz"],
  ["bytes that are not UTF-8", "/%ff"],
  ["half a character", "/%c3"],
  ["an overlong dot", "/%c0%ae%c0%ae"],
  ["a null", "/a%00b"],
  ["a line feed", "/a%0ab"],
  ["a header of one's own", "/a%0d%0aX-Evil:%201"],
  ["an escape character", "/%1b[31m"],
  ["a delete", "/a%7f"],
  ["a null between", "/users/a%00b/gists"],
  ["a null in a gist's id", "/gists/%00"],
] as const;

/** Asks with a target as it is, and sees that nothing came of it at GitHub. */
function ask(target: string): Promise<RawResponse> {
  return withoutCalls(service, () => service.raw({ target }));
}

describe("without asking GitHub", () => {
  test.each(badUsernames)("a username with %s is 404, which says why", async (_what, name) => {
    for (const target of [`/${name}`, `/users/${name}/gists`]) {
      const response = await ask(target);
      expect(response.status, target).toBe(404);
      expect(response.header("cache-control")).toBe("no-store");
      const body = expectErrorBody(response.text, 404);
      expect(body).toMatchObject({ message: "Not Found" });
      // With a slash inside, it may be another path as well.
      if (/%2F/i.test(name)) return;
      expect(body.errors, target).toEqual([
        { resource: "Path", field: "username", code: "invalid", message: expect.stringMatching(/username/i) },
      ]);
    }
  });

  test("a username with a raw question mark ends there", async () => {
    const response = await ask("/_a?b");
    expect(response.status).toBe(404);
    expect(expectErrorBody(response.text, 404).errors?.[0]?.field).toBe("username");
  });

  test.each(badPaths)("%s is 400", async (_what, target) => {
    const response = await ask(target);
    if (isGatewaysOwn(response)) return;
    expect(response.status).toBe(400);
    expect(response.header("x-evil")).toBeUndefined();
    expectErrorBody(response.text, 400);
  });

  test.each(["..", ".", "%2e%2e", "%2E%2e", ".%2e", "%2e"])(
    "a username %s is 400, or resolved by the runtime to no user",
    async (name) => {
      const alone = await ask(`/${name}`);
      // workerd resolves dot segments before the Worker sees them: `/..` is then `/`, the root.
      expect([200, 400]).toContain(alone.status);
      if (alone.status === 400) expectErrorBody(alone.text, 400);
      const within = await withoutCalls(service, () => service.raw({ target: `/users/${name}/gists` }), [
        "/gists/public",
        "/users/gists",
      ]);
      // Resolved, it is `/gists`, everyone's list, or `/users/gists`, a user.
      if (within.status === 200) expect(JSON.parse(within.text)).not.toHaveProperty("errors");
      else expectErrorBody(within.text, within.status === 404 ? 404 : 400);
      if (runtime === "node") expect(within.status).toBe(400);
    },
  );

  test("raw bytes beyond ASCII are refused", async () => {
    // The socket writes latin1: one byte each, as no client should.
    const response = await ask("/caf\u00e9");
    expect([400, 404]).toContain(response.status);
  });

  test.each(["xyz", "g".repeat(32), "a".repeat(65), "-1", "0x1f", "starred", "1.5", "aa5a315d61ae9438b18d.json"])(
    "a gist's id %s is 404, which says why",
    async (id) => {
      const paths = [`/gists/${id}`, `/gists/${id}/commits`, `/gists/${id}/forks`, `/gists/${id}/comments`];
      for (const path of [...paths, `/gists/${id}/comments/1`, `/gists/${id}/0123456`]) {
        const response = await ask(path);
        expect(response.status, path).toBe(404);
        expect(expectErrorBody(response.text, 404).errors?.[0], path).toMatchObject({
          resource: "Path",
          field: "gist_id",
        });
      }
    },
  );

  test.each(["abc", "012345", "g".repeat(40), "a".repeat(65), "HEAD", "star"])(
    "a revision %s is 404, which says why",
    async (sha) => {
      const response = await ask(`/gists/${freshGistId()}/${sha}`);
      expect(response.status).toBe(404);
      expect(expectErrorBody(response.text, 404).errors?.[0]).toMatchObject({ resource: "Path", field: "sha" });
    },
  );

  test.each(["0", "-1", "abc", "1.5", "1e3", "9007199254740992", "99999999999999999999", "%20"])(
    "a comment's id %s is 404, which says why",
    async (id) => {
      const response = await ask(`/gists/${freshGistId()}/comments/${id}`);
      expect(response.status).toBe(404);
      expect(expectErrorBody(response.text, 404).errors?.[0]).toMatchObject({ resource: "Path", field: "comment_id" });
    },
  );
});
