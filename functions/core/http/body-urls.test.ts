import fc from "fast-check";
import { expect, test } from "vitest";
import { rewriteBodyUrls } from "./body-urls.ts";

const github = "https://api.github.com";
const base = "https://gists.example/api/v3";

function rewrite(text: string, apis = [github]): string {
  return new TextDecoder().decode(rewriteBodyUrls(new TextEncoder().encode(text), apis, base));
}

test("every URL of the API leads to the base", () => {
  const { url, owner, forks_url } = JSON.parse(
    rewrite(
      JSON.stringify({
        url: `${github}/gists/1`,
        forks_url: `${github}/gists/1/forks`,
        owner: { url: `${github}/users/octocat`, gists_url: `${github}/users/octocat/gists{/gist_id}` },
      }),
    ),
  ) as { url: string; forks_url: string; owner: object };
  expect({ url, forks_url, owner }).toEqual({
    url: `${base}/gists/1`,
    forks_url: `${base}/gists/1/forks`,
    owner: { url: `${base}/users/octocat`, gists_url: `${base}/users/octocat/gists{/gist_id}` },
  });
});

test.each([
  ["another host", { url: "https://gist.github.com/1", raw_url: "https://gist.githubusercontent.com/a/raw/b" }],
  ["a host that begins in the same way", { url: `${github}.example/gists/1` }],
  ["a member that holds no URL", { description: `${github}/gists/1`, curl: `${github}/gists/1` }],
  ["content that looks like a member", { content: JSON.stringify({ url: `${github}/gists/1` }) }],
  ["a name that looks like a member", { [`"url":"${github}/gists/1`]: 1 }],
])("%s stays", (_, value) => {
  const text = JSON.stringify(value);
  expect(rewrite(text)).toBe(text);
});

test("blanks and line feeds as GitHub's pretty bodies have them", () => {
  const text = JSON.stringify({ url: `${github}/gists/1`, n: 1 }, undefined, 2);
  expect(rewrite(text)).toBe(text.replace(github, base));
});

test("two APIs, such as a configured one and GitHub's own", () => {
  const text = JSON.stringify({ url: "https://ghe.example/api/v3/gists/1", commits_url: `${github}/gists/1/commits` });
  const both = rewrite(text, [github, "https://ghe.example/api/v3"]);
  expect(both).toBe(JSON.stringify({ url: `${base}/gists/1`, commits_url: `${base}/gists/1/commits` }));
});

test("nothing to change gives the same array", () => {
  const body = new TextEncoder().encode('{"a":1}');
  expect(rewriteBodyUrls(body, [github], base)).toBe(body);
});

test("values change, nothing else does, whatever the body holds", () => {
  const rewritten = (value: unknown, name = ""): unknown => {
    if (typeof value === "string")
      return /(?:^|_)url$/.test(name) ? value.replace(/^https:\/\/api\.github\.com(?=[/{?]|$)/, base) : value;
    if (Array.isArray(value)) return value.map((item) => rewritten(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rewritten(inner, key)]));
  };
  const name = fc.oneof(fc.constantFrom("url", "forks_url", "curl", "url2", 'x"url'), fc.string());
  const leaf = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(`${github}/gists/1`, github, `${github}.example`, `"url":"${github}/`, `\\"url":"${github}/`),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(leaf, tie("list"), tie("object")),
    list: fc.array(tie("value"), { maxLength: 4 }),
    object: fc.dictionary(name, tie("value"), { maxKeys: 5 }),
  })).value;
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 2), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      expect(JSON.parse(rewrite(text))).toEqual(rewritten(JSON.parse(text)));
    }),
  );
});

test("a URL on the border of two windows", () => {
  for (let length = 65_536 - 60; length < 65_536 + 10; length += 1) {
    const text = JSON.stringify({
      pad: "é".repeat(10) + "a".repeat(length - 40),
      forks_url: `${github}/gists/1`,
      z: 1,
    });
    expect(rewrite(text), String(length)).toBe(text.replace(github, base));
  }
});
