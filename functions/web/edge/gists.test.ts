import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toGist, toGists } from "./gists.ts";

describe("gists", () => {
  test("are read even if GitHub omits members", () => {
    expect(toGist({ id: "1" })).toMatchObject({ id: "1", description: "", files: [], comments: 0, truncated: false });
    expect(toGists([{ id: "1" }, null, 3, { id: 4 }])).toHaveLength(1);
    expect(toGists({})).toBeUndefined();
  });

  test.each(["javascript:alert(1)", "data:text/html,x", "http://github.com/", "//github.com", " https://x", 7, null])(
    "%s is not an address to link",
    (address) => {
      const gist = toGist({ id: "1", html_url: address, files: { a: { filename: "a", raw_url: address } } });
      expect(gist?.htmlUrl).toBeUndefined();
      expect(gist?.files[0]?.rawUrl).toBeUndefined();
    },
  );

  test("no JSON throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (files, other) => {
        toGist({ id: "1", files, owner: other, history: other, html_url: other });
        toGists(other);
      }),
    );
  });
});
