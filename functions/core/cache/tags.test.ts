import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { negotiate } from "../http/negotiate.ts";
import { toResource } from "./key.ts";
import { ownersIn, tagsIn, tagsOf } from "./tags.ts";

const encode = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
const api = "https://api.github.com";

describe("tags of an address", () => {
  const key = (...segments: string[]) =>
    toResource(segments, { page: 1 }, negotiate(undefined, "2026-03-10", ["raw"])).key;

  test.each([
    [
      ["gists", "ab1"],
      ["gists,ab1,page=1", "gist:ab1"],
    ],
    [
      ["gists", "ab1", "0f"],
      ["gists,ab1,0f,page=1", "gist:ab1"],
    ],
    [
      ["gists", "ab1", "comments", "5"],
      ["gists,ab1,comments,5,page=1", "gist:ab1"],
    ],
    [
      ["users", "octocat", "gists"],
      ["users,octocat,gists,page=1", "user:octocat"],
    ],
    [
      ["users", "app[bot]"],
      ["users,app%5Bbot%5D,page=1", "user:app%5Bbot%5D"],
    ],
  ])("%j", (segments, tags) => {
    expect(tagsOf(key(...segments))).toStrictEqual(tags);
  });

  test("of a file's bytes: those of its gist", () => {
    expect(tagsOf("raw,/octocat/ab1/raw/0f0f/a,b.txt")).toStrictEqual(["gist:ab1"]);
  });
});

describe("tags of a body", () => {
  test("are those of the gists that it shows, once each, however it is laid out", () => {
    const gists = ["ab1", "ab2", "ab1"].map((id) => ({
      url: `${api}/gists/${id}`,
      forks_url: `${api}/gists/${id}/forks`,
    }));
    for (const indent of [0, 2]) {
      expect(tagsIn(encode(JSON.stringify({ "é💬": gists }, null, indent)))).toStrictEqual(["gist:ab1", "gist:ab2"]);
    }
  });

  test("are none of a text that only looks like an address", () => {
    const texts = [`${api}/gists/ab1 `, `"${api}/gists/ab1"`, `${api}/gists/xyz`, `${api}/users/a/gists`];
    expect(tagsIn(encode({ content: texts.map((text) => `${text}\n`) }))).toStrictEqual([]);
  });

  test("are found behind any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const found = new Uint8Array([...bytes, ...encode({ url: `${api}/gists/ab1` })]);
        expect(tagsIn(found)).toContain("gist:ab1");
      }),
    );
  });
});

describe("owners", () => {
  const gist = encode({
    files: { "a.json": { content: '{"owner":{"login":"nobody"}}' } },
    owner: { login: "Octo-Cat", id: 1 },
    forks: [{ user: { login: "forker" } }],
  });

  test.each(["2022-11-28,json,gists,ab1", "2022-11-28,raw,gists,ab1,0f"])("of a gist, by its body: %s", (key) => {
    expect(ownersIn(key, gist)).toStrictEqual(["user:octo-cat"]);
  });

  test("of a list, by its address", () => {
    expect(ownersIn("2022-11-28,json,users,octocat,gists,page=1", encode("[]"))).toStrictEqual(["user:octocat"]);
  });

  test.each(["2022-11-28,json,gists,ab1,forks,page=1", "2022-11-28,json,gists,public,page=1", "raw,/a/ab1/raw/0f/x"])(
    "are not those of other gists: %s",
    (key) => {
      expect(ownersIn(key, gist)).toStrictEqual([]);
    },
  );
});
